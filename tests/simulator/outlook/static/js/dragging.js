// Messages dragged onto a folder.

const KIND = "application/x-outlook-messages";

export function startDrag(event, ids) {
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData(KIND, JSON.stringify(ids));
}

// Makes a folder's button a place to drop messages on; `dropped(ids)` is called when that happens.
export function acceptDrops(target, dropped) {
  const carries = (event) => event.dataTransfer.types.includes(KIND);
  target.addEventListener("dragover", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    target.classList.add("drop-here");
  });
  target.addEventListener("dragleave", () => target.classList.remove("drop-here"));
  target.addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    target.classList.remove("drop-here");
    dropped(JSON.parse(event.dataTransfer.getData(KIND)));
  });
  return target;
}
