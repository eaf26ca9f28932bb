// Who can sit in front of this window.

export const PEOPLE = [
  { address: "ana@contoso.example", role: "Affix administrator" },
  { address: "ben@contoso.example", role: "Support, and Cleo's delegate" },
  { address: "cleo@contoso.example", role: "Chief executive" },
  { address: "mallory@contoso.example", role: "Own mailbox only" },
  { address: "eve@fabrikam.example", role: "Another organisation" },
];
