// Who can sit in front of this window.

export const PEOPLE = [
  { address: "ana@contoso.example", name: "Ana", role: "Affix administrator; Support and Sales", hint: "sees what colleagues saved, gives licenses" },
  { address: "ben@contoso.example", name: "Ben", role: "Works in Support; Cleo's delegate", hint: "begin here: open Support, save a message" },
  { address: "cleo@contoso.example", name: "Cleo", role: "Chief executive", hint: "her mailbox is open to Ben" },
  { address: "mallory@contoso.example", name: "Mallory", role: "Own mailbox only", hint: "may see nothing of the others" },
  { address: "eve@fabrikam.example", name: "Eve", role: "Another organisation, Fabrikam", hint: "a tenant of her own" },
];
