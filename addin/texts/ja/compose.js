/** What the pane says beside a message that is being written, in Japanese. */

export const composeTexts = {
  compose: {
    title: "送信時に保存",
    intro: "今のうちにレコードを選択してください。送信されると、Affix が送信済みアイテムから保存します。",
    draft: "Affix がメッセージを見つけられるように、Outlook が下書きを保存します。",
    weak: "Outlook が示す差出人です。下書きが保存されると、Affix は確実に判断できます。",
    nobody: "どのメールボックスから送信されるか、Outlook が示していません。",
    button: (n) => (n ? `送信時に ${n} 件のレコードに保存` : "送信時に保存"),
    busy: "下書きを保存しています…",
    records: "選択したレコード",
    waits: (name) => (name ? `送信時に保存 · ${name} が選択` : "送信時に保存"),
    change: "変更",
    withdraw: "保存しない",
    chosen: (n) => `送信時に ${n} 件のレコードに保存されます`,
    withdrawn: "このメッセージは保存されません。",
    attachments: { none: "なし", files: "ファイル", all: "すべて (本文の画像を含む)" },
    notSaved: "Outlook が下書きを保存しなかったため、Affix はメッセージを見つけられません。",
    remind: "レコードなしで送信するときに通知する",
    remindHow: "組織外の宛先へのメッセージが対象です。",
    reminding: "Affix がお知らせします。",
    notReminding: "Affix はお知らせしません。",
  },
};
