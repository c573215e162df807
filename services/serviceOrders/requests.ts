/** How often a number that is taken is drawn anew. */
export const numbersToTry = 20;
const longestNotes = 1000;
const mostHazards = 20;
const longestHazard = 200;

/** What is wrong with what the crew is to read, or null. */
export function faultOfTexts(request: {
  accessNotes?: string | null;
  hazards?: string[];
}): 'notesTooLong' | 'badHazards' | null {
  const { accessNotes, hazards = [] } = request;
  if ((accessNotes ?? '').length > longestNotes) return 'notesTooLong';
  const fit = hazards.every((hazard) => hazard.trim() !== '' && hazard.length <= longestHazard);
  return fit && hazards.length <= mostHazards ? null : 'badHazards';
}

export const isWindow = (window: string | null): boolean => [null, 'morning', 'afternoon'].includes(window);
