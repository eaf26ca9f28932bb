/** What the service says, in Japanese: its sentence, and ours with {0}, {1} for what stands in its {}. */

export const service = {
  "A file changed while it was read.": "読み取り中にファイルが変更されました。",
  "A file of the email could not be read whole.": "メールのファイルを最後まで読み取れませんでした。",
  "A mailbox is named by its email address.": "メールボックスはメールアドレスで指定してください。",
  "Affix cannot prove to Microsoft that it is Affix. Its operator has to renew the secret or certificate.":
    "Affix は Microsoft に対して自身を証明できません。運用者がシークレットまたは証明書を更新する必要があります。",
  "Affix cannot reach its database. Nothing was changed; try again in a moment.":
    "Affix がデータベースに接続できません。何も変更されていません。しばらくしてから再試行してください。",
  "Affix could read this mailbox just now.": "Affix はこのメールボックスを読み取れました。",
  "Affix goes on by itself.": "Affix が自動で続行します。",
  "Affix is about to look at this mailbox for the first time.": "Affix がこのメールボックスを初めて確認するところです。",
  "Affix is not set up correctly for this organisation.": "この組織での Affix の設定が正しくありません。",
  "Affix knows what kind of mailbox this is; nothing needs to be chosen.":
    "メールボックスの種類は分かっています。選択は不要です。",
  "Affix serves people, not applications.": "Affix は人のためのもので、アプリケーション用ではありません。",
  "Affix was interrupted each time that it tried to save this message.":
    "このメッセージを保存しようとするたびに中断されました。",
  "All mail of this time came while the rule was active; it was looked at then.":
    "この期間のメールはルールの実行中に届き、その時に確認済みです。",
  "An administrator excluded {} from Autopilot{}. Saving by hand works; ask your administrator if mail of these people should be saved by itself.":
    "管理者が {0} を Autopilot から除外しています{1}。手動では保存できます。自動保存が必要な場合は管理者に相談してください。",
  "An administrator excluded {} from Autopilot{}. The rule goes on when that is taken back.":
    "管理者が {0} を Autopilot から除外しています{1}。解除されるとルールが再開します。",
  "An administrator has to approve Affix first.": "先に管理者が Affix を承認する必要があります。",
  "An administrator has to connect it again; then Affix goes on by itself.":
    "管理者が接続し直すと、Affix が自動で続行します。",
  "Ask the mailbox's administrator for access, then retry.":
    "メールボックスの管理者にアクセス権を依頼してから再試行してください。",
  "Autopilot may work for {}.": "Autopilot は {0} で動作できます。",
  "Autopilot needs a licence for {}, and there is none. Ask your administrator to assign one; saving by hand works without.":
    "{0} には Autopilot のライセンスがありません。管理者に割り当てを依頼してください。手動での保存には不要です。",
  "Autopilot needs no licence for {}.": "{0} には Autopilot のライセンスは不要です。",
  "Choose another record.": "別のレコードを選んでください。",
  "Company is needed: NetSuite has none for this address.": "会社が必要です。このアドレスの会社は NetSuite にありません。",
  "Company: NetSuite has none that is called {}.": "会社: {0} は NetSuite にありません。",
  "Company: NetSuite has {} that are called {}.": "会社: NetSuite に {1} が {0} 件あります。",
  "Domain does not look like one; it should be like example.com.":
    "ドメインの形式が正しくありません。example.com のように入力してください。",
  "Domain is one where everybody can have an address; it says nothing about the company.":
    "誰でもアドレスを持てるドメインのため、会社を特定できません。",
  "Email address does not look like one.": "メールアドレスの形式が正しくありません。",
  "Exchange says that it is a room, equipment or another resource.":
    "Exchange によると、会議室や備品などのリソースです。",
  "Exchange says that it is a shared mailbox.": "Exchange によると、共有メールボックスです。",
  "Exchange says that it is another person's mailbox, and you may read it.":
    "Exchange によると、ほかの人のメールボックスで、閲覧が許可されています。",
  "If it was sent, open it in Sent Items and save it from there.":
    "送信済みの場合は、[送信済みアイテム] で開いて保存してください。",
  "It arrived before the rule was started.": "ルールの開始より前に届きました。",
  "It belongs to a conversation that is being saved.": "保存中の会話に含まれます。",
  "It is a draft; it is saved once it has been sent.": "下書きです。送信後に保存されます。",
  "It is being saved there just now.": "現在そこに保存しています。",
  "It is from or to a domain whose mail is being saved.": "保存対象のドメインとのメールです。",
  "It is from or to an address whose mail is being saved.": "保存対象のアドレスとのメールです。",
  "It is kept as it came, without single files.": "届いたままの形で、個別のファイルなしに保管されます。",
  "It is kept as it came.": "届いたままの形で保管されます。",
  "It is marked private or confidential, and the rule leaves such mail out.":
    "プライベートまたは社外秘のため、ルールの対象外です。",
  "It is on the record already.": "すでにレコードにあります。",
  "It is one of your own addresses.": "ご自分のアドレスです。",
  "It was saved together with other past mail.": "これまでのメールと一緒に保存されました。",
  "It was taken off the record again.": "レコードから外されました。",
  "Mail came that Microsoft 365 had not announced, so Affix looks for it every now and then.":
    "Microsoft 365 から通知のないメールが届いたため、Affix が定期的に確認します。",
  "Mail goes on being saved by a colleague's connection; {} should open Affix once.":
    "同僚の接続で保存を続けています。次の人は Affix を一度開いてください: {0}",
  "Mail is not being saved until {} opens Affix in Outlook.":
    "次の人が Outlook で Affix を開くまで、メールは保存されません: {0}",
  "Microsoft 365 asks the person to sign in again.": "Microsoft 365 がサインインし直すよう求めています。",
  "Microsoft 365 does not announce this mailbox's mail to Affix, which looks for it every now and then.":
    "Microsoft 365 がこのメールボックスの新着を通知しないため、Affix が定期的に確認します。",
  "Microsoft 365 does not answer for this mailbox at the moment; Affix tries again by itself.":
    "現在 Microsoft 365 がこのメールボックスについて応答しません。Affix が自動で再試行します。",
  "Microsoft 365 does not let Affix itself read this mailbox. Affix tries again once an hour.":
    "Microsoft 365 が Affix 自身による閲覧を許可していません。1 時間ごとに再試行します。",
  "Microsoft 365 does not let Affix itself read this mailbox. An administrator has to grant it.":
    "Microsoft 365 が Affix 自身による閲覧を許可していません。管理者の許可が必要です。",
  "Microsoft 365 is busy or out of reach. Try again in a moment.":
    "Microsoft 365 が混み合っているか接続できません。しばらくしてから再試行してください。",
  "Microsoft 365 is busy. Affix tries again by itself.": "Microsoft 365 が混み合っています。Affix が自動で再試行します。",
  "Microsoft 365 no longer accepts any sign-in for this mailbox. Somebody has to sign in again.":
    "Microsoft 365 がこのメールボックスのサインインを受け付けなくなりました。誰かがもう一度サインインする必要があります。",
  "Microsoft 365 refused the request. Try again in a moment.":
    "Microsoft 365 が要求を拒否しました。しばらくしてから再試行してください。",
  "Microsoft 365 refused to hand out the message.": "Microsoft 365 からメッセージを取得できませんでした。",
  "Microsoft answered for somebody else.": "Microsoft が別の人について応答しました。",
  "Microsoft does not know this organisation, or our certificate is unusable.":
    "Microsoft がこの組織を認識していないか、Affix の証明書が使用できません。",
  "Microsoft's sign-in service cannot be reached.": "Microsoft のサインインサービスに接続できません。",
  "Microsoft's sign-in service is busy.": "Microsoft のサインインサービスが混み合っています。",
  "NetSuite did not say which {} it made.": "NetSuite が作成結果を返しませんでした ({0})。",
  "NetSuite does not answer at the moment ({}).": "現在 NetSuite が応答しません ({0})。",
  "NetSuite does not let Affix sign in: {} An administrator has to look at the connection.":
    "Affix が NetSuite にサインインできません: {0} 管理者が接続を確認する必要があります。",
  "NetSuite hands out files only through the RESTlet of Affix. Open the file in NetSuite.":
    "NetSuite のファイルは Affix の RESTlet からのみ取得できます。NetSuite で開いてください。",
  "NetSuite has a {} with this name already.": "この名前は NetSuite にすでにあります ({0})。",
  "NetSuite is busy: too many requests are under way in this account.":
    "NetSuite が混み合っています。このアカウントの要求が多すぎます。",
  "New mail is noticed as it comes.": "新着メールは届くとすぐに検出されます。",
  "New mail is noticed by looking every now and then.": "新着メールは定期的な確認で検出されます。",
  "No folder for attachments is chosen for NetSuite. An administrator can choose one.":
    "NetSuite の添付ファイル用フォルダーが未設定です。管理者が設定できます。",
  "No rule of this mailbox is looking for it.": "対象とするルールがこのメールボックスにありません。",
  "Nobody on it was found among the records.": "関わる人がレコードに見つかりませんでした。",
  "Nobody who made a rule here may read the mailbox any more.":
    "ここでルールを作成した人は、もうメールボックスを閲覧できません。",
  "Nobody's right carries this rule any more. Take it over.": "このルールを支える権限がありません。引き継いでください。",
  "Number needs a letter or digit, and at most {} characters.": "番号には英数字が必要で、最大 {0} 文字です。",
  "Only a save that failed or is partial can be retried.": "再試行できるのは、失敗または一部のみの保存だけです。",
  "Only an administrator of Affix may change what is matched.": "照合の内容を変更できるのは Affix の管理者だけです。",
  "Only an administrator of Affix may do this.": "これができるのは Affix の管理者だけです。",
  "Only an administrator of Affix may have mail matched.": "メールの照合を設定できるのは Affix の管理者だけです。",
  "Only an administrator of Affix may take over a rule.": "ルールを引き継げるのは Affix の管理者だけです。",
  "Only people of your own organisation are on it, and the rule leaves such mail out.":
    "組織内の人だけのメールのため、ルールの対象外です。",
  "Only what is under way can be paused and resumed.": "一時停止と再開ができるのは実行中のものだけです。",
  "Only {} may remove this rule. An administrator of Affix can take it over.":
    "このルールを削除できるのは {0} だけです。Affix の管理者は引き継げます。",
  "Only {} or an administrator of Affix may change this rule.":
    "このルールを変更できるのは {0} か Affix の管理者だけです。",
  "Only {} or an administrator of Affix may do this.": "これができるのは {0} か Affix の管理者だけです。",
  "Open Affix in Outlook once more, then retry.": "Outlook で Affix をもう一度開いてから再試行してください。",
  "Open case of {}.": "{0} の未完了のケースです。",
  "Open deal of {}.": "{0} の進行中の商談です。",
  "Open it where it is now and save it from there.": "現在の場所で開いて保存してください。",
  "Open the draft and choose the records again.": "下書きを開き、レコードを選び直してください。",
  "Probably: nobody can sign in to it and it has no licence.": "推定です。サインインできず、ライセンスもありません。",
  "Retry once it is set up again, or move the email to another record.":
    "設定し直してから再試行するか、別のレコードに移動してください。",
  "Retry when the cause is gone.": "原因が解消してから再試行してください。",
  "Retry; tell your administrator if it fails again.": "再試行してください。再び失敗する場合は管理者に伝えてください。",
  "Retry; tell your administrator.": "再試行し、管理者に伝えてください。",
  "Sign in to use Affix.": "Affix を使うにはサインインしてください。",
  "Somebody looked at it and left it out.": "確認のうえ対象外とされました。",
  "Somebody on it is known: {}.": "関わる人が登録されています: {0}",
  "Somebody on this email writes from {}.": "{0} の人がこのメールに含まれています。",
  "Somebody saved it by hand.": "手動で保存されました。",
  "Somebody whose rule this is has to open Affix in Outlook once more.":
    "ルールの担当者が Outlook で Affix をもう一度開く必要があります。",
  "Tell your administrator; Affix tries again by itself.": "管理者に伝えてください。Affix が自動で再試行します。",
  "The RESTlet of Affix was not found in NetSuite.": "NetSuite に Affix の RESTlet が見つかりません。",
  "The category could not be set in Outlook; the message is saved all the same.":
    "Outlook で分類項目を設定できませんでしたが、メッセージは保存されています。",
  "The choice was taken back before the message was sent.": "送信前に選択が取り消されました。",
  "The company of somebody on this email.": "このメールに関わる人の会社です。",
  "The connection runs out soon: {} should open Affix once.":
    "接続の期限が近づいています。次の人は Affix を一度開いてください: {0}",
  "The destination {} is not set up any more.": "保存先 {0} はもう設定されていません。",
  "The destination “{}” was removed before this message was saved there.":
    "このメッセージが保存される前に、保存先「{0}」が削除されました。",
  "The destination “{}”, to which this rule saves, is not there any more.":
    "このルールの保存先「{0}」はもうありません。",
  "The draft is not there any more.": "下書きはもうありません。",
  "The draft was deleted, or sent in a way that Affix cannot follow.":
    "下書きが削除されたか、Affix が追跡できない方法で送信されました。",
  "The layout of this email is too complex to be shown. Its text is shown instead.":
    "レイアウトが複雑なため、代わりにテキストを表示します。",
  "The licence of {} for Autopilot has expired. Ask your administrator to renew it; saving by hand works without.":
    "{0} の Autopilot のライセンスが期限切れです。管理者に更新を依頼してください。手動での保存には不要です。",
  "The mailbox has no licence for Autopilot at the moment. This goes on as soon as it has one.":
    "現在、メールボックスに Autopilot のライセンスがありません。割り当てられると再開します。",
  "The mailbox was deleted from Affix.": "メールボックスは Affix から削除されました。",
  "The message has no attachment with one of these ids.": "指定の添付ファイルの一部がメッセージにありません。",
  "The message is built in a way that cannot be taken apart safely.":
    "安全に分解できない形式のメッセージです。",
  "The message is encrypted and can be read in Outlook only.": "暗号化されており、Outlook でのみ閲覧できます。",
  "The message is gone from NetSuite.": "メッセージは NetSuite にもうありません。",
  "The message is larger than {} MB: its text is saved, but neither the message file nor its attachments.":
    "メッセージが {0} MB を超えています。テキストは保存されますが、ファイルと添付は保存されません。",
  "The message is on that record already.": "メッセージはすでにそのレコードにあります。",
  "The message was deleted, or moved to another mailbox, before it could be saved.":
    "保存の前にメッセージが削除されたか、別のメールボックスに移動されました。",
  "The message was deleted, or moved to another mailbox.":
    "メッセージが削除されたか、別のメールボックスに移動されました。",
  "The message was not sent within 30 days.": "30 日以内に送信されませんでした。",
  "The number {} is in the subject.": "件名に番号 {0} があります。",
  "The original of this email is not kept there.": "このメールの原本はそこに保管されていません。",
  "The people for whom it would be saved were excluded by an administrator.":
    "対象の人は管理者によって除外されています。",
  "The person who asked for this may no longer read the message.": "依頼した人はもうこのメッセージを閲覧できません。",
  "The person whose connection this needs was deleted from Affix.": "接続に必要なユーザーは Affix から削除されました。",
  "The record is gone from NetSuite.": "レコードは NetSuite にもうありません。",
  "The record is gone.": "レコードはもうありません。",
  "The record store does not answer at the moment.": "現在レコードの保存先が応答しません。",
  "The record store is busy with the same file.": "レコードの保管先が同じファイルで混み合っています。",
  "The record store refused this.": "レコードの保存先が拒否しました。",
  "The role of Affix in NetSuite lacks the permission {}.": "NetSuite の Affix のロールに権限 {0} がありません。",
  "The rule does not hold in this mailbox.": "このルールはこのメールボックスでは適用されません。",
  "The rule has stopped, because nobody's right carries it any more.":
    "ルールを支える権限がなくなったため停止しました。",
  "The rule is not active. Resume it first.": "ルールが実行中ではありません。先に再開してください。",
  "The rule is paused.": "ルールは一時停止中です。",
  "The rule was removed.": "ルールは削除されました。",
  "The same message is just being taken off a record.": "同じメッセージをレコードから外しているところです。",
  "The settings of {} cannot be used.": "{0} の設定を使用できません。",
  "The sign-in is no longer valid. Sign in again.": "サインインが無効になりました。もう一度サインインしてください。",
  "The sign-in rules of your organisation do not allow this. Ask your administrator.":
    "組織のサインインの規則で許可されていません。管理者に相談してください。",
  "The text is longer than what is shown here.": "テキストは表示されているものより長いです。",
  "The whole is in the message file.": "全体はメッセージファイルにあります。",
  "There is a {} with the number {} already.": "番号 {1} はすでにあります ({0})。",
  "There is no destination of that name.": "その名前の保存先はありません。",
  "There is no such email.": "そのメールはありません。",
  "There is no such file.": "そのファイルはありません。",
  "There is no such kind of record.": "その種類のレコードはありません。",
  "There is no such record.": "そのレコードはありません。",
  "There is no such type of record.": "その種類のレコードはありません。",
  "There is nothing here.": "ここには何もありません。",
  "This account belongs to another organisation.": "このアカウントは別の組織のものです。",
  "This account is disabled. Ask your administrator.": "このアカウントは無効です。管理者に相談してください。",
  "This account is not assigned to Affix. Ask your administrator.":
    "このアカウントは Affix に割り当てられていません。管理者に相談してください。",
  "This account is not known to the organisation.": "このアカウントは組織に登録されていません。",
  "This app may not use Affix.": "このアプリは Affix を使用できません。",
  "This email is too large to be shown with its layout. Its text is shown instead.":
    "サイズが大きいため、代わりにテキストを表示します。",
  "This is a draft. Send it first; then save it from Sent Items.":
    "下書きです。先に送信し、[送信済みアイテム] から保存してください。",
  "This is larger than NetSuite takes.": "NetSuite の上限を超えています。",
  "This is not an email address.": "これはメールアドレスではありません。",
  "This is not the domain of an email address, such as adatum.example.":
    "これは adatum.example のようなメールアドレスのドメインではありません。",
  "This is not the id of an item in a mailbox.": "メールボックスのアイテムの ID ではありません。",
  "This mailbox has no licence for Autopilot.": "このメールボックスに Autopilot のライセンスがありません。",
  "This mailbox has no licence for Autopilot. Affix goes on once it has one.":
    "このメールボックスに Autopilot のライセンスがありません。割り当てられると再開します。",
  "This mailbox has {} favourites already. Remove one first.":
    "お気に入りはすでに {0} 件あります。先に 1 件削除してください。",
  "This message has no Message-ID, so its answers cannot be recognised.":
    "Message-ID がないため、返信を判別できません。",
  "This message is being saved at this moment. Try again in a second.":
    "現在保存中です。少し待ってから再試行してください。",
  "This message is being taken off the record at this moment. Try again in a second.":
    "現在レコードから外しています。少し待ってから再試行してください。",
  "This message is in another mailbox.": "このメッセージは別のメールボックスにあります。",
  "This message is no longer where it was.": "メッセージは元の場所にありません。",
  "This message is not on the review list.": "このメッセージは確認待ちではありません。",
  "This message was not found in any mailbox that Affix knows of. Choose the mailbox that it is in.":
    "Affix が知るメールボックスに見つかりませんでした。メッセージのあるメールボックスを選んでください。",
  "This message was sent already. Save it as any other message.":
    "すでに送信されています。通常のメッセージとして保存してください。",
  "This message was sent already; undo its saves instead.":
    "すでに送信されています。代わりに保存を元に戻してください。",
  "This record does not exist.": "このレコードは存在しません。",
  "This rule was removed. Start it again.": "このルールは削除されました。もう一度開始してください。",
  "This save was undone. Save the message again.": "この保存は元に戻されました。もう一度保存してください。",
  "This token does not let Affix act for you.": "このサインインでは、Affix はあなたに代わって操作できません。",
  "Too many requests of Affix wait for NetSuite already.": "NetSuite への要求がすでに多数待機しています。",
  "Web address does not look like a domain; it should be like example.com.":
    "Web アドレスの形式が正しくありません。example.com のように入力してください。",
  "What was saved for this rule is being undone. Wait until that is done.":
    "このルールの保存を元に戻しています。完了までお待ちください。",
  "You have no access to this in Outlook.": "Outlook でこれにアクセスする権限がありません。",
  "You have no access to this mailbox in Outlook.": "Outlook でこのメールボックスにアクセスする権限がありません。",
  "You have the same rule for your own mailboxes. Remove yours first if you want to take this one over.":
    "ご自分のメールボックスに同じルールがあります。引き継ぐには先に削除してください。",
  "You may read it, but Affix was not allowed to ask Exchange whose it is.":
    "閲覧できますが、Affix は所有者を Exchange に確認できませんでした。",
  "You may read it, but Exchange names a kind of mailbox that Affix does not know.":
    "閲覧できますが、Exchange の示す種類を Affix が判別できません。",
  "Your organisation asks you to confirm who you are.": "組織から本人確認を求められています。",
  "{} An administrator has to install it, or to take it out of the settings.":
    "{0} 管理者がインストールするか、設定から外す必要があります。",
  "{} are created in NetSuite itself.": "{0} は NetSuite で作成してください。",
  "{} has to open Affix in Outlook once more; then Affix goes on.":
    "{0} が Outlook で Affix をもう一度開くと続行します。",
  "{} is larger than {} MB and was left out.": "{0} は {1} MB を超えるため除外されました。",
  "{} is longer than {} characters.": "{0} が {1} 文字を超えています。",
  "{} is needed in NetSuite for a new {}.": "NetSuite では {0} が必要です (新規: {1})。",
  "{} is on this email.": "{0} がこのメールに含まれています。",
  "{} may no longer read this mailbox.": "{0} はもうこのメールボックスを閲覧できません。",
  "{} was kept for {} days, as long as files are kept here.": "{0} は {1} 日間保存されました。ここでのファイルの保存期間が過ぎたため、削除されています。",
  "{} was left out there.": "{0} はそこで除外されました。",
  "{} was left out: NetSuite takes 25 MB of files with an email.":
    "{0} は除外されました。NetSuite の上限は 1 通につき 25 MB です。",
  "{} was left out: NetSuite takes files of 10 MB at most.":
    "{0} は除外されました。NetSuite の上限は 1 ファイル 10 MB です。",
  "{} was left out: NetSuite takes {} files with an email.":
    "{0} は除外されました。NetSuite の上限は 1 通につき {1} ファイルです。",
  "{} was not found in the message.": "{0} がメッセージに見つかりませんでした。",
};
