import type { Danger, Intent } from '../recogniser.ts';

/** Words that give an intent away, most telling first. A text is read without accents and in lower case. */
export const patterns: [Intent, RegExp][] = [
  [
    'TalkToHuman',
    /\b(talk|speak|chat|connect|transfer)\b.{0,20}\b(person|human|agent|rep|representative|someone|somebody|operator|staff)\b|\b(real|live|actual) (person|human|agent)\b|^(agent|representative|human|person|operator|representante|persona|agente)\W*$|\b(need|want|get)\b.{0,10}\b(a |an )?(person|human|agent|representative|operator)\b|\b(hablar|comunic\w+|pas\w+)\b.{0,20}\b(persona|alguien|agente|representante|operador\w*|humano)\b|\bcustomer (service|care)\b|\b(report|have) (a|an|another) (problem|issue)\b|\b(avisar|reportar)\b.{0,10}\bproblema\b/,
  ],
  [
    'StopService',
    /\b(stop|end|close|cancel|shut ?off|turn ?off|disconnect|discontinue)\b.{0,25}\b(water|service|account)\b|\bmoving out\b|\b(cancelar|terminar|cerrar|cortar|parar|suspender|dar de baja)\b.{0,25}\b(agua|servicio|cuenta)\b|\bme mudo\b/,
  ],
  [
    'BillInquiry',
    /\b(bill|statement|balance|invoice|amount due|how much)\b.{0,40}\b(owe|due|is|much|my|have)\b|\b(my|the|water|current|last|latest|new) (water )?(bill|balance|statement|invoice)\b|\b(owe|amount due|due date|balance)\b|\b(factura|recibo|saldo|cuanto (debo|es|tengo))\b|^bill\W*$/,
  ],
  ['Help', /^(help|menu|options|what can you do|what do you do|ayuda|opciones|que puedes hacer)\W*$/],
  [
    'Cancel',
    /^(no )?(never ?mind|nevermind|forget it|cancel( that| this)?|start over|go back|olvidalo|no importa|cancela(r|lo)?|dejalo)\W*$|\b(i )?(no longer|dont|don't) (need|want) (help|this|a person|an? agent)\b/,
  ],
  [
    'Greeting',
    /^(hi|hello|hey|good (morning|afternoon|evening)|hola|buenos dias|buenas( tardes| noches)?)( there| again)?\W*$/,
  ],
  [
    'ThanksBye',
    /^(ok(ay)? )?(thanks?( you)?( so much| a lot)?|thx|ty|bye|goodbye|that'?s all|gracias|muchas gracias|adios|hasta luego)\W*$/,
  ],
  [
    'FaqHoursLocation',
    /\b(hours|open|close|closed|located|location|address of|office)\b.{0,30}\b(today|office|you|lobby|hours|open)\b|\bwhat time\b|\bwhere (are|is) (you|your|the office)\b|\b(horario|abren|cierran|oficina)\b/,
  ],
];

/** Dangers, caught by their words in English and Spanish; recall before precision. */
export const dangers: [Danger, RegExp][] = [
  [
    'gas',
    /\bsmell\w*\b.{0,15}\bgas\b|\bgas (leak|smell|odou?r)\b|\brotten eggs?\b|\bhuel\w+\b.{0,10}\bgas\b|\bfuga de gas\b|\bolor a gas\b/,
  ],
  [
    'self_harm',
    /\b(kill|hurt|harm)(ing)? my ?self\b|\bsuicid\w+|\bend my life\b|\bwant to die\b|\b(matarme|suicid\w+|quitarme la vida|quiero morir)\b/,
  ],
  [
    'threat',
    /\b(bomb|poison (the )?(water|reservoir)|shoot (you|up)|kill (you|everyone|them))\b|\b(bomba|envenenar|matarlos?)\b/,
  ],
  [
    'electric',
    /\b(sparks?|sparking|electrocut\w+|electric shock|live wires?|downed (line|wire)|outlet)\b.{0,40}\bwater\b|\bwater\b.{0,40}\b(sparks?|sparking|outlets?|electric\w*|breaker|fuse ?box|live wires?)\b|\bagua\b.{0,40}\b(chispas?|electric\w+|enchufe)\b/,
  ],
  [
    'illness',
    /\b(sick|ill|vomit\w*|throwing up|diarr?h?ea|rash)\b.{0,40}\b(water|drink\w*|tap)\b|\b(water|drank|drinking|tap)\b.{0,40}\b(sick|ill|vomit\w*|diarr?h?ea|throwing up)\b|\b(enferm\w+|vomit\w*|diarrea)\b.{0,40}\b(agua|tom\w+|beb\w+)\b|\b(agua|tom\w+|beb\w+)\b.{0,40}\b(enferm\w+|vomit\w*|diarrea)\b/,
  ],
  [
    'contamination',
    /\b(chemical|sewage|gasoline|fuel|diesel|oil|paint|solvent)\b.{0,25}\b(water|tap|smell\w*)\b|\b(water|tap)\b.{0,30}\b(sewage|chemicals?|gasoline|fuel|poison\w*|contaminat\w+)\b|\bagua\b.{0,30}\b(cloaca|drenaje|quimic\w+|gasolina|contaminad\w+)\b|\b(aguas negras|drenaje)\b/,
  ],
  [
    'flood',
    /\b(main|pipe|water line)\b.{0,15}\b(broke|break|burst|broken|busted|exploded)\b|\b(burst|broken|busted) (water )?(main|pipe)\b|\bflood\w*\b|\b(gush\w*|geyser|sinkhole)\b|\bhydrant\b.{0,25}\b(hit|knocked|broke|gush\w*|spray\w*)\b|\b(inund\w+|tuberia rota|se rompio la tuberia)\b|\bwater (is )?(pouring|everywhere|shooting)\b/,
  ],
  [
    'no_water',
    /\b(no|without|zero|lost) (running )?water\b|(?<!\b(?:turn|switch|(?:to|please|can you|could you) shut) (?:my |the |our )?)\bwater (is|has been|was|just)?\s?(out|off|gone|stopped|not (working|running|coming))\b|\bnothing comes out\b|\b(no|sin) (hay |tengo |tenemos |sale )?agua\b/,
  ],
];
