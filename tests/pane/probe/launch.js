// What the probe does when a message is sent: the subject says what it is to answer.

const ANSWERS = {
  hold: { allowEvent: false, errorMessage: "The probe would rather not." },
  pane: { allowEvent: false, errorMessage: "Look into the pane first.", cancelLabel: "Open the pane", commandId: "composeButton", contextData: "from the check" },
  block: { allowEvent: false, errorMessage: "Not this one.", sendModeOverride: "softBlock" },
};

function onProbeSend(event) {
  Office.context.mailbox.item.subject.getAsync(({ value }) => {
    if (value.startsWith("silent")) return;
    event.completed(ANSWERS[value.split(" ")[0]] ?? { allowEvent: true });
  });
}

Office.actions.associate("onProbeSend", onProbeSend);
