/** What the service says, in French: its sentence, and ours with {0}, {1} for what stands in its {}. */

export const service = {
  "A file changed while it was read.": "Un fichier a changé pendant la lecture.",
  "A file of the email could not be read whole.": "Un fichier du message n’a pas pu être lu en entier.",
  "A mailbox is named by its email address.": "Une boîte se désigne par son adresse e-mail.",
  "Affix cannot prove to Microsoft that it is Affix. Its operator has to renew the secret or certificate.":
    "Affix ne peut pas prouver son identité à Microsoft. Son exploitant doit renouveler le secret ou le certificat.",
  "Affix cannot reach its database. Nothing was changed; try again in a moment.":
    "Affix n’atteint pas sa base de données. Rien n’a été modifié ; réessayez dans un instant.",
  "Affix could read this mailbox just now.": "Affix vient de pouvoir lire cette boîte.",
  "Affix goes on by itself.": "Affix continue de lui-même.",
  "Affix is about to look at this mailbox for the first time.":
    "Affix va examiner cette boîte pour la première fois.",
  "Affix is not set up correctly for this organisation.":
    "Affix n’est pas configuré correctement pour cette organisation.",
  "Affix knows what kind of mailbox this is; nothing needs to be chosen.":
    "Affix connaît le type de cette boîte ; il n’y a rien à choisir.",
  "Affix serves people, not applications.": "Affix sert des personnes, pas des applications.",
  "Affix was interrupted each time that it tried to save this message.":
    "Affix a été interrompu à chaque essai d’enregistrer ce message.",
  "All mail of this time came while the rule was active; it was looked at then.":
    "Tout le courrier de cette période est arrivé pendant que la règle était active ; il a été examiné alors.",
  "An administrator excluded {} from Autopilot{}. Saving by hand works; ask your administrator if mail of these people should be saved by itself.":
    "Un administrateur a exclu {0} d’Autopilot{1}. L’enregistrement à la main fonctionne ; demandez à votre administrateur si ce courrier doit s’enregistrer seul.",
  "An administrator excluded {} from Autopilot{}. The rule goes on when that is taken back.":
    "Un administrateur a exclu {0} d’Autopilot{1}. La règle reprend quand l’exclusion est levée.",
  "An administrator has to approve Affix first.": "Un administrateur doit d’abord approuver Affix.",
  "An administrator has to connect it again; then Affix goes on by itself.":
    "Un administrateur doit la reconnecter ; Affix continue ensuite de lui-même.",
  "Ask the mailbox's administrator for access, then retry.":
    "Demandez l’accès à l’administrateur de la boîte, puis réessayez.",
  "Autopilot may work for {}.": "Autopilot peut agir pour {0}.",
  "Autopilot needs a licence for {}, and there is none. Ask your administrator to assign one; saving by hand works without.":
    "Autopilot a besoin d’une licence pour {0}, et il n’y en a pas. Demandez-la à votre administrateur ; l’enregistrement à la main s’en passe.",
  "Autopilot needs no licence for {}.": "Autopilot n’a pas besoin de licence pour {0}.",
  "Choose another record.": "Choisissez une autre fiche.",
  "Company is needed: NetSuite has none for this address.":
    "La société est requise : NetSuite n’en a pas pour cette adresse.",
  "Company: NetSuite has none that is called {}.": "Société : NetSuite n’en a pas du nom de {0}.",
  "Company: NetSuite has {} that are called {}.": "Société : NetSuite en a {0} du nom de {1}.",
  "Domain does not look like one; it should be like example.com.":
    "Le domaine n’en a pas l’air ; il devrait ressembler à example.com.",
  "Domain is one where everybody can have an address; it says nothing about the company.":
    "Chacun peut avoir une adresse dans ce domaine ; il ne dit rien de la société.",
  "Email address does not look like one.": "L’adresse e-mail n’en a pas l’air.",
  "Exchange says that it is a room, equipment or another resource.":
    "Exchange indique une salle, un équipement ou une autre ressource.",
  "Exchange says that it is a shared mailbox.": "Exchange indique une boîte partagée.",
  "Exchange says that it is another person's mailbox, and you may read it.":
    "Exchange indique la boîte d’une autre personne, et vous pouvez la lire.",
  "If it was sent, open it in Sent Items and save it from there.":
    "S’il a été envoyé, ouvrez-le dans Éléments envoyés et enregistrez-le de là.",
  "It arrived before the rule was started.": "Il est arrivé avant le démarrage de la règle.",
  "It belongs to a conversation that is being saved.": "Il appartient à une conversation enregistrée.",
  "It is a draft; it is saved once it has been sent.": "C’est un brouillon ; il sera enregistré une fois envoyé.",
  "It is being saved there just now.": "Il y est justement en cours d’enregistrement.",
  "It is from or to a domain whose mail is being saved.":
    "Il vient d’un domaine dont le courrier est enregistré, ou y va.",
  "It is from or to an address whose mail is being saved.":
    "Il vient d’une adresse dont le courrier est enregistré, ou y va.",
  "It is kept as it came, without single files.": "Il est gardé tel quel, sans fichiers séparés.",
  "It is kept as it came.": "Il est gardé tel quel.",
  "It is marked private or confidential, and the rule leaves such mail out.":
    "Il est marqué privé ou confidentiel, et la règle laisse ce courrier de côté.",
  "It is on the record already.": "Il est déjà dans la fiche.",
  "It is one of your own addresses.": "C’est une de vos propres adresses.",
  "It was saved together with other past mail.": "Il a été enregistré avec d’autre courrier antérieur.",
  "It was taken off the record again.": "Il a été retiré de la fiche.",
  "Mail came that Microsoft 365 had not announced, so Affix looks for it every now and then.":
    "Du courrier non annoncé par Microsoft 365 est arrivé ; Affix vérifie donc de temps en temps.",
  "Mail goes on being saved by a colleague's connection; {} should open Affix once.":
    "Le courrier s’enregistre par la connexion d’un collègue ; à ouvrir Affix une fois : {0}.",
  "Mail is not being saved until {} opens Affix in Outlook.":
    "Le courrier ne s’enregistre plus tant que cette personne n’ouvre pas Affix dans Outlook : {0}.",
  "Microsoft 365 asks the person to sign in again.": "Microsoft 365 demande à la personne de se reconnecter.",
  "Microsoft 365 does not announce this mailbox's mail to Affix, which looks for it every now and then.":
    "Microsoft 365 n’annonce pas le courrier de cette boîte ; Affix vérifie de temps en temps.",
  "Microsoft 365 does not answer for this mailbox at the moment; Affix tries again by itself.":
    "Microsoft 365 ne répond pas pour cette boîte en ce moment ; Affix réessaie de lui-même.",
  "Microsoft 365 does not let Affix itself read this mailbox. Affix tries again once an hour.":
    "Microsoft 365 ne laisse pas Affix lire lui-même cette boîte. Affix réessaie toutes les heures.",
  "Microsoft 365 does not let Affix itself read this mailbox. An administrator has to grant it.":
    "Microsoft 365 ne laisse pas Affix lire lui-même cette boîte. Un administrateur doit l’autoriser.",
  "Microsoft 365 is busy or out of reach. Try again in a moment.":
    "Microsoft 365 est occupé ou injoignable. Réessayez dans un instant.",
  "Microsoft 365 is busy. Affix tries again by itself.": "Microsoft 365 est occupé. Affix réessaie de lui-même.",
  "Microsoft 365 no longer accepts any sign-in for this mailbox. Somebody has to sign in again.":
    "Microsoft 365 n’accepte plus aucune connexion pour cette boîte. Quelqu’un doit se reconnecter.",
  "Microsoft 365 refused the request. Try again in a moment.":
    "Microsoft 365 a refusé la demande. Réessayez dans un instant.",
  "Microsoft 365 refused to hand out the message.": "Microsoft 365 a refusé de remettre le message.",
  "Microsoft answered for somebody else.": "Microsoft a répondu pour quelqu’un d’autre.",
  "Microsoft does not know this organisation, or our certificate is unusable.":
    "Microsoft ne connaît pas cette organisation, ou notre certificat est inutilisable.",
  "Microsoft's sign-in service cannot be reached.": "Le service de connexion de Microsoft est injoignable.",
  "Microsoft's sign-in service is busy.": "Le service de connexion de Microsoft est occupé.",
  "NetSuite did not say which {} it made.": "NetSuite n’a pas dit ce qui a été créé ({0}).",
  "NetSuite does not answer at the moment ({}).": "NetSuite ne répond pas en ce moment ({0}).",
  "NetSuite does not let Affix sign in: {} An administrator has to look at the connection.":
    "NetSuite refuse la connexion d’Affix : {0} Un administrateur doit vérifier la connexion.",
  "NetSuite hands out files only through the RESTlet of Affix. Open the file in NetSuite.":
    "NetSuite ne remet des fichiers que par le RESTlet d’Affix. Ouvrez le fichier dans NetSuite.",
  "NetSuite has a {} with this name already.": "NetSuite a déjà ce nom ({0}).",
  "NetSuite is busy: too many requests are under way in this account.":
    "NetSuite est occupé : trop de demandes sont en cours dans ce compte.",
  "New mail is noticed as it comes.": "Le nouveau courrier est remarqué dès son arrivée.",
  "New mail is noticed by looking every now and then.": "Le nouveau courrier est vérifié de temps en temps.",
  "No folder for attachments is chosen for NetSuite. An administrator can choose one.":
    "Aucun dossier de pièces jointes n’est choisi pour NetSuite. Un administrateur peut en choisir un.",
  "No rule of this mailbox is looking for it.": "Aucune règle de cette boîte ne le recherche.",
  "Nobody on it was found among the records.": "Aucune de ses personnes n’a été trouvée parmi les fiches.",
  "Nobody who made a rule here may read the mailbox any more.":
    "Aucun auteur d’une règle ici ne peut plus lire la boîte.",
  "Nobody's right carries this rule any more. Take it over.":
    "Plus aucun droit ne porte cette règle. Reprenez-la.",
  "Number needs a letter or digit, and at most {} characters.":
    "Le numéro demande une lettre ou un chiffre, et au plus {0} caractères.",
  "Only a save that failed or is partial can be retried.":
    "On ne peut réessayer que ce qui a échoué ou est incomplet.",
  "Only an administrator of Affix may change what is matched.":
    "Seul un administrateur d’Affix peut modifier la mise en correspondance.",
  "Only an administrator of Affix may do this.": "Seul un administrateur d’Affix peut faire cela.",
  "Only an administrator of Affix may have mail matched.":
    "Seul un administrateur d’Affix peut mettre le courrier en correspondance.",
  "Only an administrator of Affix may take over a rule.": "Seul un administrateur d’Affix peut reprendre une règle.",
  "Only people of your own organisation are on it, and the rule leaves such mail out.":
    "Il ne concerne que des personnes de votre organisation, et la règle laisse ce courrier de côté.",
  "Only what is under way can be paused and resumed.": "Seul ce qui est en cours peut être suspendu et relancé.",
  "Only {} may remove this rule. An administrator of Affix can take it over.":
    "Seul(e) {0} peut supprimer cette règle. Un administrateur d’Affix peut la reprendre.",
  "Only {} or an administrator of Affix may change this rule.":
    "Seuls {0} ou un administrateur d’Affix peuvent modifier cette règle.",
  "Only {} or an administrator of Affix may do this.": "Seuls {0} ou un administrateur d’Affix peuvent faire cela.",
  "Open Affix in Outlook once more, then retry.": "Ouvrez Affix encore une fois dans Outlook, puis réessayez.",
  "Open case of {}.": "Dossier ouvert de {0}.",
  "Open deal of {}.": "Affaire en cours de {0}.",
  "Open it where it is now and save it from there.": "Ouvrez-le là où il est maintenant et enregistrez-le de là.",
  "Open the draft and choose the records again.": "Ouvrez le brouillon et choisissez à nouveau les fiches.",
  "Probably: nobody can sign in to it and it has no licence.":
    "Probablement : personne ne peut s’y connecter et elle n’a pas de licence.",
  "Retry once it is set up again, or move the email to another record.":
    "Réessayez une fois la destination rétablie, ou déplacez le message vers une autre fiche.",
  "Retry when the cause is gone.": "Réessayez quand la cause a disparu.",
  "Retry; tell your administrator if it fails again.":
    "Réessayez ; prévenez votre administrateur si cela échoue encore.",
  "Retry; tell your administrator.": "Réessayez et prévenez votre administrateur.",
  "Sign in to use Affix.": "Connectez-vous pour utiliser Affix.",
  "Somebody looked at it and left it out.": "Quelqu’un l’a examiné et laissé de côté.",
  "Somebody on it is known: {}.": "Une de ses personnes est connue : {0}.",
  "Somebody on this email writes from {}.": "Une personne de ce message écrit de {0}.",
  "Somebody saved it by hand.": "Quelqu’un l’a enregistré à la main.",
  "Somebody whose rule this is has to open Affix in Outlook once more.":
    "La personne à qui est la règle doit ouvrir Affix encore une fois dans Outlook.",
  "Tell your administrator; Affix tries again by itself.":
    "Prévenez votre administrateur ; Affix réessaie de lui-même.",
  "The RESTlet of Affix was not found in NetSuite.": "Le RESTlet d’Affix est introuvable dans NetSuite.",
  "The category could not be set in Outlook; the message is saved all the same.":
    "La catégorie n’a pas pu être posée dans Outlook ; le message est tout de même enregistré.",
  "The choice was taken back before the message was sent.": "Le choix a été retiré avant l’envoi du message.",
  "The company of somebody on this email.": "La société d’une personne de ce message.",
  "The connection runs out soon: {} should open Affix once.":
    "La connexion expire bientôt ; à ouvrir Affix une fois : {0}.",
  "The destination {} is not set up any more.": "La destination {0} n’est plus configurée.",
  "The destination “{}” was removed before this message was saved there.":
    "La destination « {0} » a été retirée avant que ce message y soit enregistré.",
  "The destination “{}”, to which this rule saves, is not there any more.":
    "La destination « {0} », où cette règle enregistre, n’existe plus.",
  "The draft is not there any more.": "Le brouillon n’est plus là.",
  "The draft was deleted, or sent in a way that Affix cannot follow.":
    "Le brouillon a été supprimé, ou envoyé d’une façon qu’Affix ne peut suivre.",
  "The layout of this email is too complex to be shown. Its text is shown instead.":
    "La mise en page de ce message est trop complexe. Son texte est affiché à la place.",
  "The licence of {} for Autopilot has expired. Ask your administrator to renew it; saving by hand works without.":
    "La licence de {0} pour Autopilot a expiré. Demandez à votre administrateur de la renouveler ; l’enregistrement à la main s’en passe.",
  "The mailbox has no licence for Autopilot at the moment. This goes on as soon as it has one.":
    "La boîte n’a pas de licence pour Autopilot en ce moment. Cela reprend dès qu’elle en a une.",
  "The mailbox was deleted from Affix.": "La boîte aux lettres a été supprimée d’Affix.",
  "The message has no attachment with one of these ids.": "Le message n’a pas l’une de ces pièces jointes.",
  "The message is built in a way that cannot be taken apart safely.":
    "Le message est construit d’une façon qui ne peut être décomposée sûrement.",
  "The message is encrypted and can be read in Outlook only.":
    "Le message est chiffré et ne peut être lu que dans Outlook.",
  "The message is gone from NetSuite.": "Le message n’est plus dans NetSuite.",
  "The message is larger than {} MB: its text is saved, but neither the message file nor its attachments.":
    "Le message dépasse {0} Mo : son texte est enregistré, mais ni le fichier du message ni ses pièces jointes.",
  "The message is on that record already.": "Le message est déjà dans cette fiche.",
  "The message was deleted, or moved to another mailbox, before it could be saved.":
    "Le message a été supprimé ou déplacé vers une autre boîte avant d’être enregistré.",
  "The message was deleted, or moved to another mailbox.":
    "Le message a été supprimé ou déplacé vers une autre boîte.",
  "The message was not sent within 30 days.": "Le message n’a pas été envoyé dans les 30 jours.",
  "The number {} is in the subject.": "Le numéro {0} figure dans l’objet.",
  "The original of this email is not kept there.": "L’original de ce message n’y est pas conservé.",
  "The people for whom it would be saved were excluded by an administrator.":
    "Les personnes pour qui il serait enregistré ont été exclues par un administrateur.",
  "The person who asked for this may no longer read the message.":
    "La personne qui l’a demandé ne peut plus lire le message.",
  "The person whose connection this needs was deleted from Affix.":
    "La personne dont la connexion est nécessaire a été supprimée d’Affix.",
  "The record is gone from NetSuite.": "La fiche n’existe plus dans NetSuite.",
  "The record is gone.": "La fiche n’existe plus.",
  "The record store does not answer at the moment.": "Les fiches sont injoignables en ce moment.",
  "The record store is busy with the same file.": "Le stockage des fiches est occupé par le même fichier.",
  "The record store refused this.": "Les fiches ont refusé cela.",
  "The role of Affix in NetSuite lacks the permission {}.":
    "Il manque au rôle d’Affix dans NetSuite l’autorisation {0}.",
  "The rule does not hold in this mailbox.": "La règle ne vaut pas dans cette boîte.",
  "The rule has stopped, because nobody's right carries it any more.":
    "La règle s’est arrêtée, car plus aucun droit ne la porte.",
  "The rule is not active. Resume it first.": "La règle n’est pas active. Relancez-la d’abord.",
  "The rule is paused.": "La règle est en pause.",
  "The rule was removed.": "La règle a été supprimée.",
  "The same message is just being taken off a record.": "Le même message est justement en train d’être retiré d’une fiche.",
  "The settings of {} cannot be used.": "Les paramètres de {0} sont inutilisables.",
  "The sign-in is no longer valid. Sign in again.": "La connexion n’est plus valable. Reconnectez-vous.",
  "The sign-in rules of your organisation do not allow this. Ask your administrator.":
    "Les règles de connexion de votre organisation ne le permettent pas. Demandez à votre administrateur.",
  "The text is longer than what is shown here.": "Le texte est plus long que ce qui est affiché ici.",
  "The whole is in the message file.": "Le tout se trouve dans le fichier du message.",
  "There is a {} with the number {} already.": "Le numéro {1} existe déjà ({0}).",
  "There is no destination of that name.": "Il n’y a pas de destination de ce nom.",
  "There is no such email.": "Ce message n’existe pas.",
  "There is no such file.": "Ce fichier n’existe pas.",
  "There is no such kind of record.": "Ce type de fiche n’existe pas.",
  "There is no such record.": "Cette fiche n’existe pas.",
  "There is no such type of record.": "Ce type de fiche n’existe pas.",
  "There is nothing here.": "Il n’y a rien ici.",
  "This account belongs to another organisation.": "Ce compte appartient à une autre organisation.",
  "This account is disabled. Ask your administrator.": "Ce compte est désactivé. Demandez à votre administrateur.",
  "This account is not assigned to Affix. Ask your administrator.":
    "Ce compte n’est pas affecté à Affix. Demandez à votre administrateur.",
  "This account is not known to the organisation.": "Ce compte n’est pas connu de l’organisation.",
  "This app may not use Affix.": "Cette application ne peut pas utiliser Affix.",
  "This email is too large to be shown with its layout. Its text is shown instead.":
    "Ce message est trop volumineux pour être mis en page. Son texte est affiché à la place.",
  "This is a draft. Send it first; then save it from Sent Items.":
    "C’est un brouillon. Envoyez-le d’abord, puis enregistrez-le depuis Éléments envoyés.",
  "This is larger than NetSuite takes.": "Cela dépasse ce que NetSuite accepte.",
  "This is not an email address.": "Ce n’est pas une adresse e-mail.",
  "This is not the domain of an email address, such as adatum.example.":
    "Ce n’est pas le domaine d’une adresse e-mail, comme adatum.example.",
  "This is not the id of an item in a mailbox.": "Ce n’est pas l’identifiant d’un élément d’une boîte.",
  "This mailbox has no licence for Autopilot.": "Cette boîte n’a pas de licence pour Autopilot.",
  "This mailbox has no licence for Autopilot. Affix goes on once it has one.":
    "Cette boîte n’a pas de licence pour Autopilot. Affix reprend dès qu’elle en a une.",
  "This mailbox has {} favourites already. Remove one first.":
    "Cette boîte a déjà {0} favoris. Retirez-en un d’abord.",
  "This message has no Message-ID, so its answers cannot be recognised.":
    "Ce message n’a pas de Message-ID ; ses réponses ne peuvent être reconnues.",
  "This message is being saved at this moment. Try again in a second.":
    "Ce message est en cours d’enregistrement. Réessayez dans une seconde.",
  "This message is being taken off the record at this moment. Try again in a second.":
    "Ce message est en train d’être retiré de la fiche. Réessayez dans une seconde.",
  "This message is in another mailbox.": "Ce message est dans une autre boîte.",
  "This message is no longer where it was.": "Ce message n’est plus là où il était.",
  "This message is not on the review list.": "Ce message n’est pas à examiner.",
  "This message was not found in any mailbox that Affix knows of. Choose the mailbox that it is in.":
    "Ce message est introuvable dans les boîtes qu’Affix connaît. Choisissez la boîte où il est.",
  "This message was sent already. Save it as any other message.":
    "Ce message est déjà envoyé. Enregistrez-le comme tout autre.",
  "This message was sent already; undo its saves instead.":
    "Ce message est déjà envoyé ; annulez plutôt ses enregistrements.",
  "This record does not exist.": "Cette fiche n’existe pas.",
  "This rule was removed. Start it again.": "Cette règle a été supprimée. Démarrez-la à nouveau.",
  "This save was undone. Save the message again.":
    "Cet enregistrement a été annulé. Enregistrez le message à nouveau.",
  "This token does not let Affix act for you.": "Cette connexion ne permet pas à Affix d’agir pour vous.",
  "Too many requests of Affix wait for NetSuite already.": "Trop de demandes d’Affix attendent déjà NetSuite.",
  "Web address does not look like a domain; it should be like example.com.":
    "L’adresse web ne ressemble pas à un domaine ; elle devrait ressembler à example.com.",
  "What was saved for this rule is being undone. Wait until that is done.":
    "Ce qui a été enregistré pour cette règle est en cours d’annulation. Attendez la fin.",
  "You have no access to this in Outlook.": "Vous n’y avez pas accès dans Outlook.",
  "You have no access to this mailbox in Outlook.": "Vous n’avez pas accès à cette boîte dans Outlook.",
  "You have the same rule for your own mailboxes. Remove yours first if you want to take this one over.":
    "Vous avez la même règle pour vos propres boîtes. Supprimez d’abord la vôtre pour reprendre celle-ci.",
  "You may read it, but Affix was not allowed to ask Exchange whose it is.":
    "Vous pouvez la lire, mais Affix n’a pas pu demander à Exchange à qui elle est.",
  "You may read it, but Exchange names a kind of mailbox that Affix does not know.":
    "Vous pouvez la lire, mais Exchange indique un type de boîte qu’Affix ne connaît pas.",
  "Your organisation asks you to confirm who you are.": "Votre organisation vous demande de confirmer votre identité.",
  "{} An administrator has to install it, or to take it out of the settings.":
    "{0} Un administrateur doit l’installer, ou le retirer des paramètres.",
  "{} are created in NetSuite itself.": "{0} : à créer dans NetSuite même.",
  "{} has to open Affix in Outlook once more; then Affix goes on.":
    "{0} doit ouvrir Affix encore une fois dans Outlook ; Affix reprend ensuite.",
  "{} is larger than {} MB and was left out.": "{0} dépasse {1} Mo et a été laissé de côté.",
  "{} is longer than {} characters.": "{0} : plus de {1} caractères.",
  "{} is needed in NetSuite for a new {}.": "{0} : requis dans NetSuite (nouveau : {1}).",
  "{} is on this email.": "{0} figure sur ce message.",
  "{} may no longer read this mailbox.": "{0} ne peut plus lire cette boîte.",
  "{} was kept for {} days, as long as files are kept here.":
    "{0} a été conservé pendant {1} jours, la durée pendant laquelle les fichiers sont conservés ici.",
  "{} was left out there.": "{0} y a été laissé de côté.",
  "{} was left out: NetSuite takes 25 MB of files with an email.":
    "{0} a été laissé de côté : NetSuite accepte 25 Mo de fichiers par message.",
  "{} was left out: NetSuite takes files of 10 MB at most.":
    "{0} a été laissé de côté : NetSuite accepte des fichiers de 10 Mo au plus.",
  "{} was left out: NetSuite takes {} files with an email.":
    "{0} a été laissé de côté : NetSuite accepte {1} fichiers par message.",
  "{} was not found in the message.": "{0} est introuvable dans le message.",
};
