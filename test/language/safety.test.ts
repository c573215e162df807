import { dangerIn, plainLanguageOf } from '../../language/safety.ts';

describe('the safety net', () => {
  it.each([
    ['I smell gas', 'gas'],
    ['¡Huele a gas en mi cocina!', 'gas'],
    ['WE HAVE NO WATER', 'no_water'],
    ['my water is off and my mother is on dialysis', 'no_water'],
    ['they turned my water off!!', 'no_water'],
    ['they shut the water off by mistake', 'no_water'],
    ['water main broke on Elm', 'flood'],
    ['the kids got sick after drinking the water', 'illness'],
    ['there is sewage in the water', 'contamination'],
    ['quiero morir', 'self_harm'],
  ])('hears the danger in %j', (text, danger) => {
    expect(dangerIn(text)).toBe(danger);
  });

  it.each([
    'please turn my water off on Friday',
    'can you shut the water off at 12 Oak St',
    'I want to shut off water service',
    'what do I owe',
    '',
    '\u0000',
    '🙂'.repeat(5_000),
  ])('hears none in %j', (text) => {
    expect(dangerIn(text)).toBeNull();
  });

  it('answers in the language of the words, or the conversation’s where they do not tell', () => {
    expect(plainLanguageOf('hola, no tengo agua', 'en')).toBe('es');
    expect(plainLanguageOf('gas!', 'es')).toBe('es');
  });
});
