/** Words that are in every question and tell nothing about it, in English and Spanish. */
const small = new Set(
  `a about am an and any are at be because been but by can could did do does doing for from get give had has have hello hey hi how i if in into is
  here im is it its just know like me mine much my need of offer on or put r our please so some tell than thank thanks that the their them then there these they this
  to up us want was we were what when where which who whats why will with would ur you your youre guy guys should still
  al algun alguna algunas algunos como con cual cuales cuando cuanta cuanto de del donde el ella en era es esta este esto estoy favor
  gracias ha hay he hola la las le les lo los me mi mis muy necesito nos o para pero por porque puedo pueden que quiero quien quienes se ser si
  sin son su sus te tengo tiene tienen tu un una unas unos usted ustedes y ya yo`.split(/\s+/),
);

/** The telling words of a text: without accents, capitals and endings that only bend a word. */
export const contentWords = (text: string): string[] =>
  text
    .slice(0, 500)
    .toWellFormed()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/['’]/g, '')
    .split(/[^\p{L}\p{N}]+/u)
    .map((word) => word.replace(/(?<=\p{L}{4})(es|s|ing|ed)$/u, ''))
    .filter((word) => (word.length > 1 || /\d/.test(word)) && !small.has(word));
