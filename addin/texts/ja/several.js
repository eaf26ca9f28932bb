/** What the pane says of several selected messages, in Japanese. */

export const severalTexts = {
  several: {
    title: (n) => `${n} 件のメッセージを選択中`,
    list: "メッセージ",
    held: (names) => `${names} に保存済み`,
    draft: "未送信のため対象外",
    button: (n) => `すべて保存 (${n})`,
    progress: (done, total) => `${total} 件中 ${done} 件を保存`,
    show: "表示",
    goesOn: "ほかの操作をしている間も続行されます。",
    stopped: "まだ依頼していないものは対象外になります。",
    retry: (n) => `再試行 (${n})`,
    done: "完了",
    over: (saved, failed) => (failed ? `${saved} 件を保存、${failed} 件は保存できませんでした` : `${saved} 件を保存しました`),
    states: {
      waiting: "待機中",
      asking: "保存しています…",
      saving: "保存しています…",
      saved: "保存済み",
      partial: "一部のみ保存",
      failed: "保存できませんでした",
      left: "対象外",
    },
  },
};
