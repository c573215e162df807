/**
 * Kinds of street as people write them, on the way to one spelling. From USPS Publication 28, appendix C1, the
 * kinds that California uses, and what Spanish speakers say for them.
 */
const kinds: Record<string, string> = {
  alley: 'aly ally',
  avenue: 'ave av aven avenu avn avenida',
  boulevard: 'blvd boul boulv bulevar bl',
  circle: 'cir circ circl crcl cirlce',
  common: 'cmn commons cmns',
  court: 'ct crt cts',
  cove: 'cv',
  crescent: 'cres crsent',
  crossing: 'xing crssng',
  drive: 'dr drv driv drives',
  expressway: 'expy expwy',
  freeway: 'fwy frwy',
  highway: 'hwy hiway hway',
  lane: 'ln lanes',
  loop: 'loops',
  parkway: 'pkwy pkway pky parkwy',
  place: 'pl plc',
  plaza: 'plz plza',
  road: 'rd roads raod',
  square: 'sq sqr',
  street: 'st str strt streets calle',
  terrace: 'ter terr terace',
  trail: 'trl trails tr',
  walk: 'wlk',
  way: 'wy ways',
};

/** Words within a street's name that are often cut short (the same publication). */
const inNames: Record<string, string> = {
  canyon: 'cyn canyn cnyn',
  creek: 'crk ck cr',
  fort: 'ft',
  glen: 'gln',
  grove: 'grv',
  harbor: 'hbr harbour',
  heights: 'hts hgts ht',
  hill: 'hl',
  hills: 'hls',
  island: 'isl',
  junction: 'jct jctn',
  lake: 'lk',
  lakes: 'lks',
  landing: 'lndg',
  meadow: 'mdw',
  meadows: 'mdws',
  mill: 'ml',
  mission: 'msn mssn',
  mount: 'mt mnt',
  mountain: 'mtn mntn',
  orchard: 'orch',
  park: 'pk prk',
  point: 'pt pnt',
  ranch: 'rnch',
  ridge: 'rdg',
  river: 'riv rvr',
  saint: 'snt',
  spring: 'spg spng',
  springs: 'spgs spngs',
  valley: 'vly vlly vally',
  view: 'vw',
  village: 'vlg vill',
};

const directions: Record<string, string> = {
  north: 'n norte',
  south: 's sur',
  east: 'e este',
  west: 'w oeste',
  northeast: 'ne',
  northwest: 'nw',
  southeast: 'se',
  southwest: 'sw',
};

const turned = (table: Record<string, string>): Map<string, string> =>
  new Map(
    Object.entries(table).flatMap(([word, short]) =>
      [word, ...short.split(' ')].map((from): [string, string] => [from, word]),
    ),
  );

export const streetKinds = turned(kinds);
export const nameWords = turned(inNames);
export const directionWords = turned(directions);

/** What stands before the number of an apartment, in English and Spanish. */
export const unitWords =
  'apt apartment apto apartamento depto departamento unit unidad ste suite space spc rm room lot trailer trlr';

/** Words that carry nothing: articles within a name, and what is said round an address. */
export const emptyWords = new Set(
  (
    'the no of de del la las el los y and at in on my our is its this that for to a an i im we live lives living ' +
    'address home house premise numero num number mi nuestra casa direccion es en vivo vivimos esta por ' +
    'favor please need want start stop service water agua servicio quiero necesito ca california usa zip code ' +
    'postal codigo front door'
  ).split(' '),
);
