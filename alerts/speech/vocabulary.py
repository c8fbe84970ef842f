"""The words people answer with, in eight languages, as `plain_words` leaves them.

Everything is lower case, without accents and apostrophes: *sì* is `si`, *can’t* is `cant`. A word
that says no in any of the languages says no here, wherever it stands: nobody's no becomes a yes
because they wrote it in another tongue.
"""


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


YES = _words(
    # Italian, English, German, French, Spanish, Romanian, Ukrainian, Arabic
    "si sii certo certamente volentieri okay ok okey oki presente "
    "yes yep yeah yea yup sure "
    "ja jap jo jawohl klar gerne "
    "oui ouais daccord "
    "vale claro "
    "da desigur sigur "
    "так ага добре звичайно да хорошо "
    "نعم اي ايوا ايوه اجل حاضر تمام موافق موافقه طيب"
)
"""Words that say yes by themselves."""

AMBIGUOUS = frozenset({"si", "da"})
"""Without its accent *si* is *one* and *if*, and *da* is *from*: they need a word that fits."""

AFTER_YES = _words(
    "tra fra in en grazie gracias posso ci sono subito adesso ora certo claro va peste imediat "
    "multumesc ma"
)
YES_PHRASES = (
    "can come", "will come", "ill come", "be there", "be right there", "on my way", "on the way",
    "posso venire", "ci sono", "sto arrivando", "sto venendo", "va bene", "kann kommen",
    "bin unterwegs", "bin dabei", "peux venir", "je viens", "en route", "puedo ir",
    "en camino", "pot veni", "sunt pe drum", "можу прийти", "вже йду", "в дорозі",
    "في الطريق", "استطيع المجيء", "يمكنني المجيء",
)  # fmt: skip
COMES = _words(
    "vengo arrivo parto accorro "
    "coming omw "
    "komme "
    "jarrive arrive jviens viens "
    "voy llego "
    "vin sosesc ajung "
    "йду іду їду прийду приїду буду виїжджаю иду еду приду приеду "
    "قادم قادمه ساتي اتي جاي جايه ساحضر احضر"
)
"""Words that say that somebody comes, unless a no stands beside them."""

NO = _words(
    "no non nn nope nah mai impossibile nessuno nemmeno neanche neppure "
    "not cannot cant cnt wont dont doesnt isnt aint never unable impossible "
    "nein nicht nich nee kein keine keinen nie unmoglich "
    "ne pas jamais aucun "
    "nunca tampoco imposible jamas ninguno "
    "nu niciodata imposibil "
    "ні не ніяк ніколи неможливо неможу нє нет "
    "لا لن لم ليس لست مش مو ما غير مستحيل ابدا كلا"
)
"""Words that say no, in whatever tongue."""

DOUBT = _words(
    "forse magari se ma pero provo proviamo vediamo vedo credo penso dipende purtroppo spiacente "
    "scusa scusate dispiace malato malata impegnato impegnata occupato occupata "
    "maybe perhaps if but unless might try think dunno depends sorry unfortunately afraid "
    "sick ill busy "
    "vielleicht wenn falls aber eventuell versuche mal leider schade krank "
    "peut peutetre mais desole desolee malheureusement essaie malade occupe occupee "
    "quizas quiza talvez depende intento siento enfermo enferma ocupado ocupada "
    "poate daca dar incerc depinde pacat scuze bolnav bolnava ocupat ocupata "
    "може можливо якщо але спробую мабуть жаль шкода вибачте вибач хворий хвора зайнятий зайнята "
    "ربما اذا لكن ممكن احاول اسف اسفه عذرا للاسف مريض مريضه مشغول مشغوله"
)
"""Words after which a yes is not certain any more."""

UNSURE_PHRASES = (
    "no problem", "no worries", "nessun problema", "non ce problema", "kein problem",
    "pas de probleme", "pas de souci", "sin problema", "no hay problema", "nicio problema",
    "без проблем", "لا مشكله", "why not", "perche no", "warum nicht", "pourquoi pas",
    "por que no", "de ce nu", "чому ні", "لم لا", "non lo so", "non so", "dont know", "no idea",
    "weiss nicht", "weiß nicht", "sais pas", "no se", "no lo se", "nu stiu", "не знаю", "لا اعرف",
    "لا ادري", "say no", "dire di no", "nein sagen", "dire non", "decir que no", "yes or no",
    "si o no", "ja oder nein", "oui ou non", "так чи ні", "da sau nu", "نعم او لا",
    "not sure", "non sono sicur", "nicht sicher", "pas sur", "no estoy segur", "nu sunt sigur",
    "не впевнен", "لست متاكد",
)  # fmt: skip
"""Turns of phrase in which a no is none, or in which nobody has decided yet."""

MORE = _words(
    "info infos information informazioni dettagli details detalles detalii mehr dettaglio "
    "more piu plus mas indirizzo address adresse direccion adresa dove where wo ou donde unde "
    "who chi wer qui quien cine cosa what was quoi que ce "
    "більше деталі де хто що "
    "تفاصيل معلومات اكثر اين وين من ماذا"
)
"""Words of somebody who wants to know before they answer."""

THERE = _words(
    "arrivato arrivata arrivati arrived angekommen llegado llegue "
    "прибув прибула приїхав приїхала "
    "وصلت وصلنا"
)
THERE_PHRASES = (
    "sono qui", "sono sul posto", "im here", "i am here", "bin da", "ich bin hier", "suis arrive",
    "suis la", "estoy aqui", "am ajuns", "sunt aici", "на місці", "انا هنا",
)  # fmt: skip
GONE = _words(
    "finito fatto done finished fertig erledigt fini termine terminado hecho gata terminat "
    "закінчив закінчила готово انتهيت خلصت"
)
"""Words of somebody who has been there."""

HELP = {
    "it": ("aiuto", "aiutatemi", "aiutami", "aiutateci", "soccorso"),
    "en": ("help", "sos", "mayday"),
    "de": ("hilfe",),
    "fr": ("aide", "aidez", "secours", "ausecours"),
    "es": ("ayuda", "ayudame", "auxilio", "socorro"),
    "ro": ("ajutor", "ajutatima"),
    "uk": ("допоможіть", "допомога", "допоможи", "поможіть", "рятуйте", "помогите"),
    "ar": ("مساعده", "ساعدوني", "ساعدني", "النجده", "نجده", "انقذوني", "الحقوني"),
}
NEED_HELP = (
    "need help", "please help", "help me", "bisogno di aiuto", "bisogno daiuto", "mi serve aiuto",
    "per favore aiuto", "brauche hilfe", "bitte hilfe", "besoin daide", "au secours",
    "necesito ayuda", "am nevoie de ajutor", "потрібна допомога", "احتاج مساعده",
    "احتاج الى مساعده", "بحاجه الى مساعده",
)  # fmt: skip
UNDO = _words(
    "annulla annullare cancel undo abbrechen annuler cancelar anuleaza anulez скасувати відміна "
    "الغاء الغ"
)
STOP = _words(
    "stop stopp stopall basta unsubscribe arret arreter alto opriti opreste disattiva "
    "стоп зупинити قف توقف ايقاف"
)
THUMB_UP, THUMB_DOWN = "👍✅🆗👌☑✔", "👎❌🚫🙅⛔✖"
EVERY_HELP = {word: language for language, words in HELP.items() for word in words}
