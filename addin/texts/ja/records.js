/** Records at hand, and who else is at a message, in Japanese. */

export const recordsTexts = {
  atHand: {
    favorites: "お気に入り",
    recents: "最近使用したもの",
    listed: (n) => `${n} 件の候補があります`,
    star: (record) => `お気に入り: ${record}`,
    tip: "このメールボックス全員のお気に入り",
    added: (record) => `${record} をこのメールボックスのお気に入りに追加しました。`,
    removed: (record) => `${record} をこのメールボックスのお気に入りから外しました。`,
  },

  presence: {
    title: "このメッセージを処理中の同僚",
    choosing: (who) => `${who} さんがこのメッセージのレコードを選択しています。`,
    saving: (who, records) => `${who} さんがこのメッセージを ${records} に保存しようとしています。`,
    same: (who, record) => `${who} さんも ${record} に保存しようとしています。`,
    saved: (who, record) => `${who} さんが ${record} に保存しました。`,
  },

  usual: {
    keep: "今後このメールボックスではこの選択を使う",
    kept: "このメールボックスの設定として保存しました。",
    none: "このメールボックスの既定: 添付なし",
    files: "このメールボックスの既定: すべてのファイル",
    all: "このメールボックスの既定: 本文内も含めてすべて",
  },
};
