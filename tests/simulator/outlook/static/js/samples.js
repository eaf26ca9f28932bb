// Mail that can be had arrive. The senders are known to the sample records of the demo, but for the last.

export const SENDERS = [
  { name: "Adatum Purchasing", address: "purchasing@adatum.example" },
  { name: "Adatum Legal", address: "legal@adatum.example" },
  { name: "Northwind Accounts", address: "accounts@northwind.example" },
  { name: "Tailspin Quality", address: "quality@tailspin.example" },
  { name: "Tailspin Service", address: "service@tailspin.example" },
  { name: "Wingtip Logistics", address: "logistics@wingtip.example" },
  { name: "Lucerne Reception", address: "reception@lucerne.example" },
];

export const SAMPLES = [
  {
    title: "A question about order 4711",
    from: "purchasing@adatum.example",
    subject: "Order 4711: can the delivery be split?",
    body: "Hello,\n\nwe would like to have half of order 4711 two weeks earlier. Is that possible?\n\nAdatum, Purchasing",
  },
  {
    title: "A complaint",
    from: "quality@tailspin.example",
    subject: "Cabinet 119: a scratch on the door",
    body: "Hello,\n\nthe door of cabinet 119 has a scratch of about 12 cm. Pictures follow.\n\nTailspin, Quality",
  },
  {
    title: "A late shipment",
    from: "logistics@wingtip.example",
    subject: "Shipment 8830 is held at the border",
    body: "Hello,\n\nshipment 8830 needs a new pro forma invoice before it can go on.\n\nWingtip, Logistics",
  },
  {
    title: "An invoice",
    from: "accounts@northwind.example",
    subject: "Invoice 2026-1187",
    body: "Hello,\n\nplease find our invoice for the service in October.\n\nNorthwind, Accounts",
  },
  {
    title: "A stranger's request",
    from: "reception@lucerne.example",
    subject: "Do you also make smaller cabinets?",
    body: "Hello,\n\nwe found you on a fair and would like a catalogue.\n\nLucerne, Reception",
  },
];
