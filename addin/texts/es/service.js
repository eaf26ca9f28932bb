/** What the service says, in Spanish: its sentence, and ours with {0}, {1} for what stands in its {}. */

export const service = {
  "A file changed while it was read.": "Un archivo cambió mientras se leía.",
  "A file of the email could not be read whole.": "Un archivo del correo no se pudo leer entero.",
  "A mailbox is named by its email address.": "Un buzón se nombra por su dirección de correo.",
  "Affix cannot prove to Microsoft that it is Affix. Its operator has to renew the secret or certificate.":
    "Affix no puede demostrar a Microsoft quién es. Su operador tiene que renovar el secreto o el certificado.",
  "Affix cannot reach its database. Nothing was changed; try again in a moment.":
    "Affix no llega a su base de datos. No se cambió nada; reintente en un momento.",
  "Affix could read this mailbox just now.": "Affix pudo leer este buzón ahora mismo.",
  "Affix goes on by itself.": "Affix continúa por sí solo.",
  "Affix is about to look at this mailbox for the first time.": "Affix va a consultar este buzón por primera vez.",
  "Affix is not set up correctly for this organisation.":
    "Affix no está bien configurado para esta organización.",
  "Affix knows what kind of mailbox this is; nothing needs to be chosen.":
    "Affix sabe qué tipo de buzón es; no hay nada que elegir.",
  "Affix serves people, not applications.": "Affix atiende a personas, no a aplicaciones.",
  "Affix was interrupted each time that it tried to save this message.":
    "Affix fue interrumpido cada vez que intentó guardar este mensaje.",
  "All mail of this time came while the rule was active; it was looked at then.":
    "Todo el correo de ese tiempo llegó con la regla activa; entonces se consultó.",
  "An administrator excluded {} from Autopilot{}. Saving by hand works; ask your administrator if mail of these people should be saved by itself.":
    "Un administrador excluyó {0} de Autopilot{1}. A mano se puede guardar; pregunte a su administrador si ese correo debe guardarse solo.",
  "An administrator excluded {} from Autopilot{}. The rule goes on when that is taken back.":
    "Un administrador excluyó {0} de Autopilot{1}. La regla sigue cuando eso se retire.",
  "An administrator has to approve Affix first.": "Un administrador debe aprobar antes Affix.",
  "An administrator has to connect it again; then Affix goes on by itself.":
    "Un administrador debe volver a conectarlo; después Affix continúa por sí solo.",
  "Ask the mailbox's administrator for access, then retry.":
    "Pida acceso al administrador del buzón y reintente.",
  "Autopilot may work for {}.": "Autopilot puede trabajar para {0}.",
  "Autopilot needs a licence for {}, and there is none. Ask your administrator to assign one; saving by hand works without.":
    "Autopilot necesita una licencia para {0} y no la hay. Pídala a su administrador; a mano se guarda sin ella.",
  "Autopilot needs no licence for {}.": "Autopilot no necesita licencia para {0}.",
  "Choose another record.": "Elija otro registro.",
  "Company is needed: NetSuite has none for this address.":
    "Hace falta la empresa: NetSuite no tiene ninguna para esta dirección.",
  "Company: NetSuite has none that is called {}.": "Empresa: NetSuite no tiene ninguna llamada {0}.",
  "Company: NetSuite has {} that are called {}.": "Empresa: NetSuite tiene {0} llamadas {1}.",
  "Domain does not look like one; it should be like example.com.":
    "El dominio no lo parece; debería ser como example.com.",
  "Domain is one where everybody can have an address; it says nothing about the company.":
    "En ese dominio cualquiera puede tener una dirección; no dice nada de la empresa.",
  "Email address does not look like one.": "La dirección de correo no lo parece.",
  "Exchange says that it is a room, equipment or another resource.":
    "Exchange dice que es una sala, un equipo u otro recurso.",
  "Exchange says that it is a shared mailbox.": "Exchange dice que es un buzón compartido.",
  "Exchange says that it is another person's mailbox, and you may read it.":
    "Exchange dice que es el buzón de otra persona, y usted puede leerlo.",
  "If it was sent, open it in Sent Items and save it from there.":
    "Si se envió, ábralo en Elementos enviados y guárdelo desde allí.",
  "It arrived before the rule was started.": "Llegó antes de iniciarse la regla.",
  "It belongs to a conversation that is being saved.": "Pertenece a una conversación que se guarda.",
  "It is a draft; it is saved once it has been sent.": "Es un borrador; se guarda una vez enviado.",
  "It is being saved there just now.": "Se está guardando allí ahora mismo.",
  "It is from or to a domain whose mail is being saved.":
    "Viene de un dominio cuyo correo se guarda, o va allí.",
  "It is from or to an address whose mail is being saved.":
    "Viene de una dirección cuyo correo se guarda, o va allí.",
  "It is kept as it came, without single files.": "Se conserva como llegó, sin archivos sueltos.",
  "It is kept as it came.": "Se conserva como llegó.",
  "It is marked private or confidential, and the rule leaves such mail out.":
    "Está marcado como privado o confidencial, y la regla omite ese correo.",
  "It is on the record already.": "Ya está en el registro.",
  "It is one of your own addresses.": "Es una de sus propias direcciones.",
  "It was saved together with other past mail.": "Se guardó junto con otro correo anterior.",
  "It was taken off the record again.": "Se quitó de nuevo del registro.",
  "Mail came that Microsoft 365 had not announced, so Affix looks for it every now and then.":
    "Llegó correo que Microsoft 365 no anunció; por eso Affix consulta de vez en cuando.",
  "Mail goes on being saved by a colleague's connection; {} should open Affix once.":
    "El correo se sigue guardando con la conexión de un compañero; conviene que abra Affix una vez: {0}.",
  "Mail is not being saved until {} opens Affix in Outlook.":
    "El correo no se guarda hasta que abra Affix en Outlook: {0}.",
  "Microsoft 365 asks the person to sign in again.": "Microsoft 365 pide a la persona que inicie sesión de nuevo.",
  "Microsoft 365 does not announce this mailbox's mail to Affix, which looks for it every now and then.":
    "Microsoft 365 no anuncia el correo de este buzón; Affix consulta de vez en cuando.",
  "Microsoft 365 does not answer for this mailbox at the moment; Affix tries again by itself.":
    "Microsoft 365 no responde ahora por este buzón; Affix lo reintenta por sí solo.",
  "Microsoft 365 does not let Affix itself read this mailbox. Affix tries again once an hour.":
    "Microsoft 365 no deja que Affix lea por sí mismo este buzón. Affix lo reintenta cada hora.",
  "Microsoft 365 does not let Affix itself read this mailbox. An administrator has to grant it.":
    "Microsoft 365 no deja que Affix lea por sí mismo este buzón. Un administrador debe permitirlo.",
  "Microsoft 365 is busy or out of reach. Try again in a moment.":
    "Microsoft 365 está ocupado o inaccesible. Reintente en un momento.",
  "Microsoft 365 is busy. Affix tries again by itself.": "Microsoft 365 está ocupado. Affix lo reintenta por sí solo.",
  "Microsoft 365 no longer accepts any sign-in for this mailbox. Somebody has to sign in again.":
    "Microsoft 365 ya no acepta ningún inicio de sesión para este buzón. Alguien tiene que volver a iniciar sesión.",
  "Microsoft 365 refused the request. Try again in a moment.":
    "Microsoft 365 rechazó la solicitud. Reintente en un momento.",
  "Microsoft 365 refused to hand out the message.": "Microsoft 365 no quiso entregar el mensaje.",
  "Microsoft answered for somebody else.": "Microsoft respondió por otra persona.",
  "Microsoft does not know this organisation, or our certificate is unusable.":
    "Microsoft no conoce esta organización, o nuestro certificado no sirve.",
  "Microsoft's sign-in service cannot be reached.": "No se puede acceder al servicio de inicio de sesión de Microsoft.",
  "Microsoft's sign-in service is busy.": "El servicio de inicio de sesión de Microsoft está ocupado.",
  "NetSuite did not say which {} it made.": "NetSuite no dijo qué creó ({0}).",
  "NetSuite does not answer at the moment ({}).": "NetSuite no responde ahora ({0}).",
  "NetSuite does not let Affix sign in: {} An administrator has to look at the connection.":
    "NetSuite no deja entrar a Affix: {0} Un administrador debe revisar la conexión.",
  "NetSuite hands out files only through the RESTlet of Affix. Open the file in NetSuite.":
    "NetSuite solo entrega archivos mediante el RESTlet de Affix. Abra el archivo en NetSuite.",
  "NetSuite has a {} with this name already.": "NetSuite ya tiene ese nombre ({0}).",
  "NetSuite is busy: too many requests are under way in this account.":
    "NetSuite está ocupado: hay demasiadas solicitudes en curso en esta cuenta.",
  "New mail is noticed as it comes.": "El correo nuevo se nota en cuanto llega.",
  "New mail is noticed by looking every now and then.": "El correo nuevo se nota consultando de vez en cuando.",
  "No folder for attachments is chosen for NetSuite. An administrator can choose one.":
    "No se eligió carpeta de adjuntos para NetSuite. Un administrador puede elegir una.",
  "No rule of this mailbox is looking for it.": "Ninguna regla de este buzón lo busca.",
  "Nobody on it was found among the records.": "Nadie de él se encontró entre los registros.",
  "Nobody who made a rule here may read the mailbox any more.":
    "Nadie que hiciera aquí una regla puede leer ya el buzón.",
  "Nobody's right carries this rule any more. Take it over.":
    "Ningún permiso sostiene ya esta regla. Asúmala.",
  "Number needs a letter or digit, and at most {} characters.":
    "El número necesita una letra o una cifra y como mucho {0} caracteres.",
  "Only a save that failed or is partial can be retried.":
    "Solo se puede reintentar lo que falló o está incompleto.",
  "Only an administrator of Affix may change what is matched.":
    "Solo un administrador de Affix puede cambiar las coincidencias.",
  "Only an administrator of Affix may do this.": "Solo un administrador de Affix puede hacerlo.",
  "Only an administrator of Affix may have mail matched.":
    "Solo un administrador de Affix puede buscar coincidencias del correo.",
  "Only an administrator of Affix may take over a rule.": "Solo un administrador de Affix puede asumir una regla.",
  "Only people of your own organisation are on it, and the rule leaves such mail out.":
    "Solo hay personas de su organización, y la regla omite ese correo.",
  "Only what is under way can be paused and resumed.": "Solo se puede pausar y reanudar lo que está en curso.",
  "Only {} may remove this rule. An administrator of Affix can take it over.":
    "Solo {0} puede quitar esta regla. Un administrador de Affix puede asumirla.",
  "Only {} or an administrator of Affix may change this rule.":
    "Solo {0} o un administrador de Affix puede cambiar esta regla.",
  "Only {} or an administrator of Affix may do this.": "Solo {0} o un administrador de Affix puede hacerlo.",
  "Open Affix in Outlook once more, then retry.": "Abra Affix otra vez en Outlook y reintente.",
  "Open case of {}.": "Caso abierto de {0}.",
  "Open deal of {}.": "Negocio abierto de {0}.",
  "Open it where it is now and save it from there.": "Ábralo donde está ahora y guárdelo desde allí.",
  "Open the draft and choose the records again.": "Abra el borrador y elija de nuevo los registros.",
  "Probably: nobody can sign in to it and it has no licence.":
    "Probablemente: nadie puede iniciar sesión en él y no tiene licencia.",
  "Retry once it is set up again, or move the email to another record.":
    "Reintente cuando vuelva a estar configurado, o mueva el correo a otro registro.",
  "Retry when the cause is gone.": "Reintente cuando la causa haya desaparecido.",
  "Retry; tell your administrator if it fails again.":
    "Reintente; avise a su administrador si vuelve a fallar.",
  "Retry; tell your administrator.": "Reintente y avise a su administrador.",
  "Sign in to use Affix.": "Inicie sesión para usar Affix.",
  "Somebody looked at it and left it out.": "Alguien lo miró y lo omitió.",
  "Somebody on it is known: {}.": "Se conoce a alguien de él: {0}.",
  "Somebody on this email writes from {}.": "Alguien de este correo escribe desde {0}.",
  "Somebody saved it by hand.": "Alguien lo guardó a mano.",
  "Somebody whose rule this is has to open Affix in Outlook once more.":
    "La persona de la regla tiene que abrir Affix otra vez en Outlook.",
  "Tell your administrator; Affix tries again by itself.":
    "Avise a su administrador; Affix lo reintenta por sí solo.",
  "The RESTlet of Affix was not found in NetSuite.": "No se encontró el RESTlet de Affix en NetSuite.",
  "The category could not be set in Outlook; the message is saved all the same.":
    "No se pudo poner la categoría en Outlook; el mensaje está guardado igualmente.",
  "The choice was taken back before the message was sent.": "La elección se retiró antes de enviar el mensaje.",
  "The company of somebody on this email.": "La empresa de alguien de este correo.",
  "The connection runs out soon: {} should open Affix once.":
    "La conexión caduca pronto; conviene que abra Affix una vez: {0}.",
  "The destination {} is not set up any more.": "El destino {0} ya no está configurado.",
  "The destination “{}” was removed before this message was saved there.":
    "El destino «{0}» se quitó antes de que este mensaje se guardara allí.",
  "The destination “{}”, to which this rule saves, is not there any more.":
    "El destino «{0}», donde guarda esta regla, ya no existe.",
  "The draft is not there any more.": "El borrador ya no está.",
  "The draft was deleted, or sent in a way that Affix cannot follow.":
    "El borrador se eliminó o se envió de un modo que Affix no puede seguir.",
  "The layout of this email is too complex to be shown. Its text is shown instead.":
    "El diseño de este correo es demasiado complejo. Se muestra su texto.",
  "The licence of {} for Autopilot has expired. Ask your administrator to renew it; saving by hand works without.":
    "La licencia de {0} para Autopilot caducó. Pida a su administrador que la renueve; a mano se guarda sin ella.",
  "The mailbox has no licence for Autopilot at the moment. This goes on as soon as it has one.":
    "El buzón no tiene ahora licencia para Autopilot. Sigue en cuanto la tenga.",
  "The mailbox was deleted from Affix.": "El buzón se ha eliminado de Affix.",
  "The message has no attachment with one of these ids.": "El mensaje no tiene alguno de esos adjuntos.",
  "The message is built in a way that cannot be taken apart safely.":
    "El mensaje está hecho de un modo que no se puede descomponer con seguridad.",
  "The message is encrypted and can be read in Outlook only.":
    "El mensaje está cifrado y solo se puede leer en Outlook.",
  "The message is gone from NetSuite.": "El mensaje ya no está en NetSuite.",
  "The message is larger than {} MB: its text is saved, but neither the message file nor its attachments.":
    "El mensaje supera {0} MB: se guarda su texto, pero ni el archivo del mensaje ni sus adjuntos.",
  "The message is on that record already.": "El mensaje ya está en ese registro.",
  "The message was deleted, or moved to another mailbox, before it could be saved.":
    "El mensaje se eliminó o se movió a otro buzón antes de poder guardarlo.",
  "The message was deleted, or moved to another mailbox.": "El mensaje se eliminó o se movió a otro buzón.",
  "The message was not sent within 30 days.": "El mensaje no se envió en 30 días.",
  "The number {} is in the subject.": "El número {0} está en el asunto.",
  "The original of this email is not kept there.": "Allí no se conserva el original de este correo.",
  "The people for whom it would be saved were excluded by an administrator.":
    "Las personas para quienes se guardaría fueron excluidas por un administrador.",
  "The person who asked for this may no longer read the message.":
    "La persona que lo pidió ya no puede leer el mensaje.",
  "The person whose connection this needs was deleted from Affix.":
    "La persona cuya conexión se necesita se ha eliminado de Affix.",
  "The record is gone from NetSuite.": "El registro ya no está en NetSuite.",
  "The record is gone.": "El registro ya no existe.",
  "The record store does not answer at the moment.": "Los registros no responden en este momento.",
  "The record store is busy with the same file.": "El almacén de registros está ocupado con el mismo archivo.",
  "The record store refused this.": "Los registros rechazaron esto.",
  "The role of Affix in NetSuite lacks the permission {}.": "Al rol de Affix en NetSuite le falta el permiso {0}.",
  "The rule does not hold in this mailbox.": "La regla no vale en este buzón.",
  "The rule has stopped, because nobody's right carries it any more.":
    "La regla se detuvo porque ningún permiso la sostiene ya.",
  "The rule is not active. Resume it first.": "La regla no está activa. Reanúdela antes.",
  "The rule is paused.": "La regla está en pausa.",
  "The rule was removed.": "La regla se quitó.",
  "The same message is just being taken off a record.": "El mismo mensaje se está quitando de un registro.",
  "The settings of {} cannot be used.": "Los ajustes de {0} no se pueden usar.",
  "The sign-in is no longer valid. Sign in again.": "El inicio de sesión ya no es válido. Vuelva a iniciarla.",
  "The sign-in rules of your organisation do not allow this. Ask your administrator.":
    "Las reglas de inicio de sesión de su organización no lo permiten. Pregunte a su administrador.",
  "The text is longer than what is shown here.": "El texto es más largo de lo que se muestra aquí.",
  "The whole is in the message file.": "Todo está en el archivo del mensaje.",
  "There is a {} with the number {} already.": "El número {1} ya existe ({0}).",
  "There is no destination of that name.": "No hay ningún destino con ese nombre.",
  "There is no such email.": "Ese correo no existe.",
  "There is no such file.": "Ese archivo no existe.",
  "There is no such kind of record.": "Esa clase de registro no existe.",
  "There is no such record.": "Ese registro no existe.",
  "There is no such type of record.": "Ese tipo de registro no existe.",
  "There is nothing here.": "Aquí no hay nada.",
  "This account belongs to another organisation.": "Esta cuenta pertenece a otra organización.",
  "This account is disabled. Ask your administrator.": "Esta cuenta está deshabilitada. Pregunte a su administrador.",
  "This account is not assigned to Affix. Ask your administrator.":
    "Esta cuenta no está asignada a Affix. Pregunte a su administrador.",
  "This account is not known to the organisation.": "La organización no conoce esta cuenta.",
  "This app may not use Affix.": "Esta aplicación no puede usar Affix.",
  "This email is too large to be shown with its layout. Its text is shown instead.":
    "Este correo es demasiado grande para mostrar su diseño. Se muestra su texto.",
  "This is a draft. Send it first; then save it from Sent Items.":
    "Es un borrador. Envíelo antes; luego guárdelo desde Elementos enviados.",
  "This is larger than NetSuite takes.": "Es más grande de lo que admite NetSuite.",
  "This is not an email address.": "Esto no es una dirección de correo.",
  "This is not the domain of an email address, such as adatum.example.":
    "Esto no es el dominio de una dirección de correo, como adatum.example.",
  "This is not the id of an item in a mailbox.": "No es el identificador de un elemento de un buzón.",
  "This mailbox has no licence for Autopilot.": "Este buzón no tiene licencia para Autopilot.",
  "This mailbox has no licence for Autopilot. Affix goes on once it has one.":
    "Este buzón no tiene licencia para Autopilot. Affix sigue cuando la tenga.",
  "This mailbox has {} favourites already. Remove one first.": "Este buzón ya tiene {0} favoritos. Quite antes uno.",
  "This message has no Message-ID, so its answers cannot be recognised.":
    "Este mensaje no tiene Message-ID; sus respuestas no se pueden reconocer.",
  "This message is being saved at this moment. Try again in a second.":
    "Este mensaje se está guardando ahora. Reintente en un segundo.",
  "This message is being taken off the record at this moment. Try again in a second.":
    "Este mensaje se está quitando del registro ahora. Reintente en un segundo.",
  "This message is in another mailbox.": "Este mensaje está en otro buzón.",
  "This message is no longer where it was.": "Este mensaje ya no está donde estaba.",
  "This message is not on the review list.": "Este mensaje no está para revisar.",
  "This message was not found in any mailbox that Affix knows of. Choose the mailbox that it is in.":
    "Este mensaje no se encontró en ningún buzón que Affix conozca. Elija el buzón en que está.",
  "This message was sent already. Save it as any other message.":
    "Este mensaje ya se envió. Guárdelo como cualquier otro.",
  "This message was sent already; undo its saves instead.":
    "Este mensaje ya se envió; deshaga mejor sus guardados.",
  "This record does not exist.": "Este registro no existe.",
  "This rule was removed. Start it again.": "Esta regla se quitó. Iníciela de nuevo.",
  "This save was undone. Save the message again.": "Este guardado se deshizo. Guarde el mensaje de nuevo.",
  "This token does not let Affix act for you.": "Esta sesión no permite que Affix actúe por usted.",
  "Too many requests of Affix wait for NetSuite already.": "Ya esperan demasiadas solicitudes de Affix a NetSuite.",
  "Web address does not look like a domain; it should be like example.com.":
    "La dirección web no parece un dominio; debería ser como example.com.",
  "What was saved for this rule is being undone. Wait until that is done.":
    "Lo guardado por esta regla se está deshaciendo. Espere a que termine.",
  "You have no access to this in Outlook.": "No tiene acceso a esto en Outlook.",
  "You have no access to this mailbox in Outlook.": "No tiene acceso a este buzón en Outlook.",
  "You have the same rule for your own mailboxes. Remove yours first if you want to take this one over.":
    "Tiene la misma regla para sus propios buzones. Quite antes la suya si quiere asumir esta.",
  "You may read it, but Affix was not allowed to ask Exchange whose it is.":
    "Puede leerlo, pero a Affix no se le permitió preguntar a Exchange de quién es.",
  "You may read it, but Exchange names a kind of mailbox that Affix does not know.":
    "Puede leerlo, pero Exchange nombra un tipo de buzón que Affix no conoce.",
  "Your organisation asks you to confirm who you are.": "Su organización le pide que confirme su identidad.",
  "{} An administrator has to install it, or to take it out of the settings.":
    "{0} Un administrador debe instalarlo o quitarlo de los ajustes.",
  "{} are created in NetSuite itself.": "{0}: se crean en el propio NetSuite.",
  "{} has to open Affix in Outlook once more; then Affix goes on.":
    "{0} tiene que abrir Affix otra vez en Outlook; después Affix sigue.",
  "{} is larger than {} MB and was left out.": "{0} supera {1} MB y se omitió.",
  "{} is longer than {} characters.": "{0} tiene más de {1} caracteres.",
  "{} is needed in NetSuite for a new {}.": "{0}: obligatorio en NetSuite (nuevo: {1}).",
  "{} is on this email.": "{0} está en este correo.",
  "{} may no longer read this mailbox.": "{0} ya no puede leer este buzón.",
  "{} was kept for {} days, as long as files are kept here.":
    "{0} se conservó {1} días, el tiempo que se conservan aquí los archivos.",
  "{} was left out there.": "{0} se omitió allí.",
  "{} was left out: NetSuite takes 25 MB of files with an email.":
    "{0} se omitió: NetSuite admite 25 MB de archivos por correo.",
  "{} was left out: NetSuite takes files of 10 MB at most.":
    "{0} se omitió: NetSuite admite archivos de hasta 10 MB.",
  "{} was left out: NetSuite takes {} files with an email.":
    "{0} se omitió: NetSuite admite {1} archivos por correo.",
  "{} was not found in the message.": "{0} no se encontró en el mensaje.",
};
