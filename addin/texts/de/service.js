/** What the service says, in German: its sentence, and ours with {0}, {1} for what stands in its {}. */

export const service = {
  "A file changed while it was read.": "Eine Datei änderte sich beim Lesen.",
  "A file of the email could not be read whole.": "Eine Datei der E-Mail konnte nicht ganz gelesen werden.",
  "A mailbox is named by its email address.": "Ein Postfach wird mit seiner E-Mail-Adresse benannt.",
  "Affix cannot prove to Microsoft that it is Affix. Its operator has to renew the secret or certificate.":
    "Affix kann sich bei Microsoft nicht ausweisen. Der Betreiber muss Geheimnis oder Zertifikat erneuern.",
  "Affix cannot reach its database. Nothing was changed; try again in a moment.":
    "Affix erreicht seine Datenbank nicht. Nichts wurde geändert; versuchen Sie es gleich noch einmal.",
  "Affix could read this mailbox just now.": "Affix konnte dieses Postfach eben lesen.",
  "Affix goes on by itself.": "Affix macht von selbst weiter.",
  "Affix is about to look at this mailbox for the first time.": "Affix sieht dieses Postfach gleich zum ersten Mal an.",
  "Affix is not set up correctly for this organisation.":
    "Affix ist für diese Organisation nicht richtig eingerichtet.",
  "Affix knows what kind of mailbox this is; nothing needs to be chosen.":
    "Affix kennt die Art dieses Postfachs; es muss nichts gewählt werden.",
  "Affix serves people, not applications.": "Affix ist für Personen da, nicht für Anwendungen.",
  "Affix was interrupted each time that it tried to save this message.":
    "Affix wurde bei jedem Versuch, diese Nachricht zu speichern, unterbrochen.",
  "All mail of this time came while the rule was active; it was looked at then.":
    "Alle Post dieser Zeit kam, während die Regel lief; sie wurde damals angesehen.",
  "An administrator excluded {} from Autopilot{}. Saving by hand works; ask your administrator if mail of these people should be saved by itself.":
    "Die Administration hat {0} von Autopilot ausgeschlossen{1}. Von Hand können Sie speichern; soll es von selbst geschehen, fragen Sie Ihre Administration.",
  "An administrator excluded {} from Autopilot{}. The rule goes on when that is taken back.":
    "Die Administration hat {0} von Autopilot ausgeschlossen{1}. Die Regel läuft weiter, wenn das zurückgenommen wird.",
  "An administrator has to approve Affix first.": "Die Administration muss Affix erst zulassen.",
  "An administrator has to connect it again; then Affix goes on by itself.":
    "Die Administration muss es wieder verbinden; dann macht Affix von selbst weiter.",
  "Ask the mailbox's administrator for access, then retry.":
    "Bitten Sie die Administration des Postfachs um Zugriff und wiederholen Sie dann.",
  "Autopilot may work for {}.": "Autopilot darf für {0} arbeiten.",
  "Autopilot needs a licence for {}, and there is none. Ask your administrator to assign one; saving by hand works without.":
    "Autopilot braucht für {0} eine Lizenz, und es gibt keine. Bitten Sie Ihre Administration darum; von Hand speichern geht ohne.",
  "Autopilot needs no licence for {}.": "Autopilot braucht für {0} keine Lizenz.",
  "Choose another record.": "Wählen Sie einen anderen Datensatz.",
  "Company is needed: NetSuite has none for this address.":
    "Die Firma wird benötigt: NetSuite hat zu dieser Adresse keine.",
  "Company: NetSuite has none that is called {}.": "Firma: NetSuite hat keine, die {0} heißt.",
  "Company: NetSuite has {} that are called {}.": "Firma: NetSuite hat {0}, die {1} heißen.",
  "Domain does not look like one; it should be like example.com.":
    "Die Domäne sieht nicht wie eine aus; sie sollte wie example.com sein.",
  "Domain is one where everybody can have an address; it says nothing about the company.":
    "In dieser Domäne kann jeder eine Adresse haben; sie sagt nichts über die Firma.",
  "Email address does not look like one.": "Die E-Mail-Adresse sieht nicht wie eine aus.",
  "Exchange says that it is a room, equipment or another resource.":
    "Exchange sagt, dass es ein Raum, ein Gerät oder eine andere Ressource ist.",
  "Exchange says that it is a shared mailbox.": "Exchange sagt, dass es ein freigegebenes Postfach ist.",
  "Exchange says that it is another person's mailbox, and you may read it.":
    "Exchange sagt, dass es das Postfach einer anderen Person ist, und Sie dürfen es lesen.",
  "If it was sent, open it in Sent Items and save it from there.":
    "Falls sie gesendet wurde, öffnen Sie sie unter „Gesendete Elemente“ und speichern Sie sie dort.",
  "It arrived before the rule was started.": "Sie kam an, bevor die Regel gestartet wurde.",
  "It belongs to a conversation that is being saved.": "Sie gehört zu einer Unterhaltung, die gespeichert wird.",
  "It is a draft; it is saved once it has been sent.":
    "Sie ist ein Entwurf; sie wird gespeichert, sobald sie gesendet ist.",
  "It is being saved there just now.": "Sie wird gerade dort gespeichert.",
  "It is from or to a domain whose mail is being saved.":
    "Sie ist von oder an eine Domäne, deren Post gespeichert wird.",
  "It is from or to an address whose mail is being saved.":
    "Sie ist von oder an eine Adresse, deren Post gespeichert wird.",
  "It is kept as it came, without single files.": "Sie wird aufbewahrt, wie sie kam, ohne einzelne Dateien.",
  "It is kept as it came.": "Sie wird aufbewahrt, wie sie kam.",
  "It is marked private or confidential, and the rule leaves such mail out.":
    "Sie ist als privat oder vertraulich markiert, und die Regel lässt solche Post aus.",
  "It is on the record already.": "Sie ist schon beim Datensatz.",
  "It is one of your own addresses.": "Es ist eine Ihrer eigenen Adressen.",
  "It was saved together with other past mail.": "Sie wurde zusammen mit anderer früherer Post gespeichert.",
  "It was taken off the record again.": "Sie wurde wieder vom Datensatz entfernt.",
  "Mail came that Microsoft 365 had not announced, so Affix looks for it every now and then.":
    "Es kam Post, die Microsoft 365 nicht angekündigt hatte; deshalb sieht Affix ab und zu nach.",
  "Mail goes on being saved by a colleague's connection; {} should open Affix once.":
    "Post wird über die Verbindung anderer weiter gespeichert; einmal Affix öffnen sollte: {0}.",
  "Mail is not being saved until {} opens Affix in Outlook.":
    "Post wird erst wieder gespeichert, wenn Affix in Outlook geöffnet wird von: {0}.",
  "Microsoft 365 asks the person to sign in again.": "Microsoft 365 verlangt eine neue Anmeldung der Person.",
  "Microsoft 365 does not announce this mailbox's mail to Affix, which looks for it every now and then.":
    "Microsoft 365 kündigt die Post dieses Postfachs nicht an; Affix sieht ab und zu nach.",
  "Microsoft 365 does not answer for this mailbox at the moment; Affix tries again by itself.":
    "Microsoft 365 antwortet für dieses Postfach zurzeit nicht; Affix versucht es von selbst wieder.",
  "Microsoft 365 does not let Affix itself read this mailbox. Affix tries again once an hour.":
    "Microsoft 365 lässt Affix selbst dieses Postfach nicht lesen. Affix versucht es jede Stunde wieder.",
  "Microsoft 365 does not let Affix itself read this mailbox. An administrator has to grant it.":
    "Microsoft 365 lässt Affix selbst dieses Postfach nicht lesen. Die Administration muss das erlauben.",
  "Microsoft 365 is busy or out of reach. Try again in a moment.":
    "Microsoft 365 ist ausgelastet oder nicht erreichbar. Versuchen Sie es gleich noch einmal.",
  "Microsoft 365 is busy. Affix tries again by itself.":
    "Microsoft 365 ist ausgelastet. Affix versucht es von selbst wieder.",
  "Microsoft 365 no longer accepts any sign-in for this mailbox. Somebody has to sign in again.":
    "Microsoft 365 nimmt keine Anmeldung mehr für dieses Postfach an. Jemand muss sich neu anmelden.",
  "Microsoft 365 refused the request. Try again in a moment.":
    "Microsoft 365 hat die Anfrage abgelehnt. Versuchen Sie es gleich noch einmal.",
  "Microsoft 365 refused to hand out the message.": "Microsoft 365 wollte die Nachricht nicht herausgeben.",
  "Microsoft answered for somebody else.": "Microsoft antwortete für jemand anderen.",
  "Microsoft does not know this organisation, or our certificate is unusable.":
    "Microsoft kennt diese Organisation nicht, oder unser Zertifikat ist unbrauchbar.",
  "Microsoft's sign-in service cannot be reached.": "Der Anmeldedienst von Microsoft ist nicht erreichbar.",
  "Microsoft's sign-in service is busy.": "Der Anmeldedienst von Microsoft ist ausgelastet.",
  "NetSuite did not say which {} it made.": "NetSuite sagte nicht, was angelegt wurde ({0}).",
  "NetSuite does not answer at the moment ({}).": "NetSuite antwortet zurzeit nicht ({0}).",
  "NetSuite does not let Affix sign in: {} An administrator has to look at the connection.":
    "NetSuite lässt Affix nicht hinein: {0} Die Administration muss die Verbindung ansehen.",
  "NetSuite hands out files only through the RESTlet of Affix. Open the file in NetSuite.":
    "NetSuite gibt Dateien nur über das RESTlet von Affix heraus. Öffnen Sie die Datei in NetSuite.",
  "NetSuite has a {} with this name already.": "NetSuite hat diesen Namen schon ({0}).",
  "NetSuite is busy: too many requests are under way in this account.":
    "NetSuite ist ausgelastet: in diesem Konto laufen zu viele Anfragen.",
  "New mail is noticed as it comes.": "Neue Post wird bemerkt, sobald sie kommt.",
  "New mail is noticed by looking every now and then.": "Neue Post wird durch Nachsehen ab und zu bemerkt.",
  "No folder for attachments is chosen for NetSuite. An administrator can choose one.":
    "Für NetSuite ist kein Ordner für Anlagen gewählt. Die Administration kann einen wählen.",
  "No rule of this mailbox is looking for it.": "Keine Regel dieses Postfachs sucht danach.",
  "Nobody on it was found among the records.": "Niemand darauf wurde unter den Datensätzen gefunden.",
  "Nobody who made a rule here may read the mailbox any more.":
    "Niemand, der hier eine Regel angelegt hat, darf das Postfach noch lesen.",
  "Nobody's right carries this rule any more. Take it over.":
    "Niemandes Recht trägt diese Regel noch. Übernehmen Sie sie.",
  "Number needs a letter or digit, and at most {} characters.":
    "Die Nummer braucht einen Buchstaben oder eine Ziffer und höchstens {0} Zeichen.",
  "Only a save that failed or is partial can be retried.":
    "Nur was fehlgeschlagen oder unvollständig ist, kann wiederholt werden.",
  "Only an administrator of Affix may change what is matched.":
    "Nur die Administration von Affix darf das Zuordnen ändern.",
  "Only an administrator of Affix may do this.": "Das darf nur die Administration von Affix.",
  "Only an administrator of Affix may have mail matched.": "Nur die Administration von Affix darf Post zuordnen lassen.",
  "Only an administrator of Affix may take over a rule.": "Nur die Administration von Affix darf eine Regel übernehmen.",
  "Only people of your own organisation are on it, and the rule leaves such mail out.":
    "Nur Personen Ihrer eigenen Organisation stehen darauf, und die Regel lässt solche Post aus.",
  "Only what is under way can be paused and resumed.": "Nur was läuft, kann angehalten und fortgesetzt werden.",
  "Only {} may remove this rule. An administrator of Affix can take it over.":
    "Nur {0} darf diese Regel entfernen. Die Administration von Affix kann sie übernehmen.",
  "Only {} or an administrator of Affix may change this rule.":
    "Nur {0} oder die Administration von Affix darf diese Regel ändern.",
  "Only {} or an administrator of Affix may do this.": "Das darf nur {0} oder die Administration von Affix.",
  "Open Affix in Outlook once more, then retry.": "Öffnen Sie Affix noch einmal in Outlook und wiederholen Sie dann.",
  "Open case of {}.": "Offener Fall von {0}.",
  "Open deal of {}.": "Offenes Geschäft von {0}.",
  "Open it where it is now and save it from there.": "Öffnen Sie sie, wo sie jetzt ist, und speichern Sie sie dort.",
  "Open the draft and choose the records again.": "Öffnen Sie den Entwurf und wählen Sie die Datensätze noch einmal.",
  "Probably: nobody can sign in to it and it has no licence.":
    "Wahrscheinlich: Niemand kann sich dort anmelden, und es hat keine Lizenz.",
  "Retry once it is set up again, or move the email to another record.":
    "Wiederholen Sie, sobald es wieder eingerichtet ist, oder verschieben Sie die E-Mail zu einem anderen Datensatz.",
  "Retry when the cause is gone.": "Wiederholen Sie, wenn die Ursache behoben ist.",
  "Retry; tell your administrator if it fails again.":
    "Wiederholen Sie; sagen Sie es Ihrer Administration, wenn es wieder fehlschlägt.",
  "Retry; tell your administrator.": "Wiederholen Sie, und sagen Sie es Ihrer Administration.",
  "Sign in to use Affix.": "Melden Sie sich an, um Affix zu verwenden.",
  "Somebody looked at it and left it out.": "Jemand hat sie angesehen und ausgelassen.",
  "Somebody on it is known: {}.": "Jemand darauf ist bekannt: {0}.",
  "Somebody on this email writes from {}.": "Jemand auf dieser E-Mail schreibt von {0}.",
  "Somebody saved it by hand.": "Jemand hat sie von Hand gespeichert.",
  "Somebody whose rule this is has to open Affix in Outlook once more.":
    "Wem die Regel gehört, muss Affix noch einmal in Outlook öffnen.",
  "Tell your administrator; Affix tries again by itself.":
    "Sagen Sie es Ihrer Administration; Affix versucht es von selbst wieder.",
  "The RESTlet of Affix was not found in NetSuite.": "Das RESTlet von Affix wurde in NetSuite nicht gefunden.",
  "The category could not be set in Outlook; the message is saved all the same.":
    "Die Kategorie konnte in Outlook nicht gesetzt werden; die Nachricht ist trotzdem gespeichert.",
  "The choice was taken back before the message was sent.":
    "Die Wahl wurde zurückgenommen, bevor die Nachricht gesendet wurde.",
  "The company of somebody on this email.": "Die Firma von jemandem auf dieser E-Mail.",
  "The connection runs out soon: {} should open Affix once.":
    "Die Verbindung läuft bald ab; einmal Affix öffnen sollte: {0}.",
  "The destination {} is not set up any more.": "Das Ziel {0} ist nicht mehr eingerichtet.",
  "The destination “{}” was removed before this message was saved there.":
    "Das Ziel „{0}“ wurde entfernt, bevor diese Nachricht dort gespeichert war.",
  "The destination “{}”, to which this rule saves, is not there any more.":
    "Das Ziel „{0}“, bei dem diese Regel speichert, gibt es nicht mehr.",
  "The draft is not there any more.": "Der Entwurf ist nicht mehr da.",
  "The draft was deleted, or sent in a way that Affix cannot follow.":
    "Der Entwurf wurde gelöscht oder so gesendet, dass Affix nicht folgen kann.",
  "The layout of this email is too complex to be shown. Its text is shown instead.":
    "Die Gestaltung dieser E-Mail ist zu komplex. Stattdessen wird ihr Text gezeigt.",
  "The licence of {} for Autopilot has expired. Ask your administrator to renew it; saving by hand works without.":
    "Die Lizenz von {0} für Autopilot ist abgelaufen. Bitten Sie Ihre Administration um Verlängerung; von Hand speichern geht ohne.",
  "The mailbox has no licence for Autopilot at the moment. This goes on as soon as it has one.":
    "Das Postfach hat zurzeit keine Lizenz für Autopilot. Es geht weiter, sobald es eine hat.",
  "The mailbox was deleted from Affix.": "Das Postfach wurde aus Affix gelöscht.",
  "The message has no attachment with one of these ids.": "Die Nachricht hat eine dieser Anlagen nicht.",
  "The message is built in a way that cannot be taken apart safely.":
    "Die Nachricht ist so gebaut, dass sie nicht sicher zerlegt werden kann.",
  "The message is encrypted and can be read in Outlook only.":
    "Die Nachricht ist verschlüsselt und kann nur in Outlook gelesen werden.",
  "The message is gone from NetSuite.": "Die Nachricht ist in NetSuite nicht mehr da.",
  "The message is larger than {} MB: its text is saved, but neither the message file nor its attachments.":
    "Die Nachricht ist größer als {0} MB: gespeichert wird ihr Text, aber weder die Nachrichtendatei noch die Anlagen.",
  "The message is on that record already.": "Die Nachricht ist schon bei diesem Datensatz.",
  "The message was deleted, or moved to another mailbox, before it could be saved.":
    "Die Nachricht wurde gelöscht oder in ein anderes Postfach verschoben, bevor sie gespeichert werden konnte.",
  "The message was deleted, or moved to another mailbox.":
    "Die Nachricht wurde gelöscht oder in ein anderes Postfach verschoben.",
  "The message was not sent within 30 days.": "Die Nachricht wurde nicht innerhalb von 30 Tagen gesendet.",
  "The number {} is in the subject.": "Die Nummer {0} steht im Betreff.",
  "The original of this email is not kept there.": "Das Original dieser E-Mail wird dort nicht aufbewahrt.",
  "The people for whom it would be saved were excluded by an administrator.":
    "Die Personen, für die sie gespeichert würde, hat die Administration ausgeschlossen.",
  "The person who asked for this may no longer read the message.":
    "Wer das wollte, darf die Nachricht nicht mehr lesen.",
  "The person whose connection this needs was deleted from Affix.":
    "Wessen Verbindung das braucht, wurde aus Affix gelöscht.",
  "The record is gone from NetSuite.": "Den Datensatz gibt es in NetSuite nicht mehr.",
  "The record is gone.": "Den Datensatz gibt es nicht mehr.",
  "The record store does not answer at the moment.": "Die Datensätze sind zurzeit nicht erreichbar.",
  "The record store is busy with the same file.": "Der Datensatzspeicher ist mit derselben Datei ausgelastet.",
  "The record store refused this.": "Das wurde bei den Datensätzen abgelehnt.",
  "The role of Affix in NetSuite lacks the permission {}.": "Der Rolle von Affix in NetSuite fehlt das Recht {0}.",
  "The rule does not hold in this mailbox.": "Die Regel gilt in diesem Postfach nicht.",
  "The rule has stopped, because nobody's right carries it any more.":
    "Die Regel wurde gestoppt, weil niemandes Recht sie noch trägt.",
  "The rule is not active. Resume it first.": "Die Regel läuft nicht. Setzen Sie sie zuerst fort.",
  "The rule is paused.": "Die Regel ist angehalten.",
  "The rule was removed.": "Die Regel wurde entfernt.",
  "The same message is just being taken off a record.": "Dieselbe Nachricht wird gerade von einem Datensatz entfernt.",
  "The settings of {} cannot be used.": "Die Einstellungen von {0} können nicht verwendet werden.",
  "The sign-in is no longer valid. Sign in again.": "Die Anmeldung gilt nicht mehr. Melden Sie sich erneut an.",
  "The sign-in rules of your organisation do not allow this. Ask your administrator.":
    "Die Anmelderegeln Ihrer Organisation erlauben das nicht. Fragen Sie Ihre Administration.",
  "The text is longer than what is shown here.": "Der Text ist länger als das, was hier gezeigt wird.",
  "The whole is in the message file.": "Das Ganze steht in der Nachrichtendatei.",
  "There is a {} with the number {} already.": "Die Nummer {1} gibt es schon ({0}).",
  "There is no destination of that name.": "Ein Ziel dieses Namens gibt es nicht.",
  "There is no such email.": "Diese E-Mail gibt es nicht.",
  "There is no such file.": "Diese Datei gibt es nicht.",
  "There is no such kind of record.": "Diese Art von Datensatz gibt es nicht.",
  "There is no such record.": "Diesen Datensatz gibt es nicht.",
  "There is no such type of record.": "Diesen Typ von Datensatz gibt es nicht.",
  "There is nothing here.": "Hier ist nichts.",
  "This account belongs to another organisation.": "Dieses Konto gehört zu einer anderen Organisation.",
  "This account is disabled. Ask your administrator.": "Dieses Konto ist deaktiviert. Fragen Sie Ihre Administration.",
  "This account is not assigned to Affix. Ask your administrator.":
    "Dieses Konto ist Affix nicht zugewiesen. Fragen Sie Ihre Administration.",
  "This account is not known to the organisation.": "Dieses Konto ist der Organisation nicht bekannt.",
  "This app may not use Affix.": "Diese App darf Affix nicht nutzen.",
  "This email is too large to be shown with its layout. Its text is shown instead.":
    "Diese E-Mail ist zu groß, um gestaltet gezeigt zu werden. Stattdessen wird ihr Text gezeigt.",
  "This is a draft. Send it first; then save it from Sent Items.":
    "Das ist ein Entwurf. Senden Sie ihn zuerst; speichern Sie ihn dann unter „Gesendete Elemente“.",
  "This is larger than NetSuite takes.": "Das ist größer, als NetSuite annimmt.",
  "This is not an email address.": "Das ist keine E-Mail-Adresse.",
  "This is not the domain of an email address, such as adatum.example.":
    "Das ist nicht die Domain einer E-Mail-Adresse, wie adatum.example.",
  "This is not the id of an item in a mailbox.": "Das ist keine Kennung eines Elements in einem Postfach.",
  "This mailbox has no licence for Autopilot.": "Dieses Postfach hat keine Lizenz für Autopilot.",
  "This mailbox has no licence for Autopilot. Affix goes on once it has one.":
    "Dieses Postfach hat keine Lizenz für Autopilot. Affix macht weiter, sobald es eine hat.",
  "This mailbox has {} favourites already. Remove one first.":
    "Dieses Postfach hat schon {0} Favoriten. Entfernen Sie erst einen.",
  "This message has no Message-ID, so its answers cannot be recognised.":
    "Diese Nachricht hat keine Message-ID; Antworten darauf können nicht erkannt werden.",
  "This message is being saved at this moment. Try again in a second.":
    "Diese Nachricht wird gerade gespeichert. Versuchen Sie es in einer Sekunde wieder.",
  "This message is being taken off the record at this moment. Try again in a second.":
    "Diese Nachricht wird gerade vom Datensatz entfernt. Versuchen Sie es in einer Sekunde wieder.",
  "This message is in another mailbox.": "Diese Nachricht liegt in einem anderen Postfach.",
  "This message is no longer where it was.": "Diese Nachricht ist nicht mehr dort, wo sie war.",
  "This message is not on the review list.": "Diese Nachricht steht nicht zur Durchsicht.",
  "This message was not found in any mailbox that Affix knows of. Choose the mailbox that it is in.":
    "Diese Nachricht wurde in keinem Postfach gefunden, das Affix kennt. Wählen Sie das Postfach, in dem sie liegt.",
  "This message was sent already. Save it as any other message.":
    "Diese Nachricht ist schon gesendet. Speichern Sie sie wie jede andere.",
  "This message was sent already; undo its saves instead.":
    "Diese Nachricht ist schon gesendet; machen Sie stattdessen das Speichern rückgängig.",
  "This record does not exist.": "Diesen Datensatz gibt es nicht.",
  "This rule was removed. Start it again.": "Diese Regel wurde entfernt. Starten Sie sie neu.",
  "This save was undone. Save the message again.":
    "Das wurde rückgängig gemacht. Speichern Sie die Nachricht noch einmal.",
  "This token does not let Affix act for you.": "Mit dieser Anmeldung darf Affix nicht für Sie handeln.",
  "Too many requests of Affix wait for NetSuite already.": "Es warten schon zu viele Anfragen von Affix auf NetSuite.",
  "Web address does not look like a domain; it should be like example.com.":
    "Die Webadresse sieht nicht wie eine Domäne aus; sie sollte wie example.com sein.",
  "What was saved for this rule is being undone. Wait until that is done.":
    "Was für diese Regel gespeichert wurde, wird gerade rückgängig gemacht. Warten Sie, bis das fertig ist.",
  "You have no access to this in Outlook.": "Sie haben darauf in Outlook keinen Zugriff.",
  "You have no access to this mailbox in Outlook.": "Sie haben in Outlook keinen Zugriff auf dieses Postfach.",
  "You have the same rule for your own mailboxes. Remove yours first if you want to take this one over.":
    "Sie haben dieselbe Regel für Ihre eigenen Postfächer. Entfernen Sie erst Ihre, wenn Sie diese übernehmen wollen.",
  "You may read it, but Affix was not allowed to ask Exchange whose it is.":
    "Sie dürfen es lesen, aber Affix durfte Exchange nicht fragen, wessen Postfach es ist.",
  "You may read it, but Exchange names a kind of mailbox that Affix does not know.":
    "Sie dürfen es lesen, aber Exchange nennt eine Art von Postfach, die Affix nicht kennt.",
  "Your organisation asks you to confirm who you are.": "Ihre Organisation bittet Sie, Ihre Identität zu bestätigen.",
  "{} An administrator has to install it, or to take it out of the settings.":
    "{0} Die Administration muss es installieren oder aus den Einstellungen nehmen.",
  "{} are created in NetSuite itself.": "{0}: werden in NetSuite selbst angelegt.",
  "{} has to open Affix in Outlook once more; then Affix goes on.":
    "{0} muss Affix noch einmal in Outlook öffnen; dann macht Affix weiter.",
  "{} is larger than {} MB and was left out.": "{0} ist größer als {1} MB und wurde ausgelassen.",
  "{} is longer than {} characters.": "{0} ist länger als {1} Zeichen.",
  "{} is needed in NetSuite for a new {}.": "{0} wird in NetSuite benötigt (neu: {1}).",
  "{} is on this email.": "{0} steht auf dieser E-Mail.",
  "{} may no longer read this mailbox.": "{0} darf dieses Postfach nicht mehr lesen.",
  "{} was kept for {} days, as long as files are kept here.":
    "{0} wurde wie alle Dateien {1} Tage aufbewahrt.",
  "{} was left out there.": "{0} wurde dort ausgelassen.",
  "{} was left out: NetSuite takes 25 MB of files with an email.":
    "{0} wurde ausgelassen: NetSuite nimmt 25 MB an Dateien mit einer E-Mail.",
  "{} was left out: NetSuite takes files of 10 MB at most.":
    "{0} wurde ausgelassen: NetSuite nimmt Dateien bis 10 MB.",
  "{} was left out: NetSuite takes {} files with an email.":
    "{0} wurde ausgelassen: NetSuite nimmt {1} Dateien mit einer E-Mail.",
  "{} was not found in the message.": "{0} wurde in der Nachricht nicht gefunden.",
};
