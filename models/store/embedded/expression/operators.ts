import { arithmeticOperators } from './arithmetic.ts';
import { arrayOperators } from './arrays.ts';
import { dateOperators } from './dates.ts';
import { logicOperators } from './logic.ts';
import { objectOperators } from './objects.ts';
import type { Make } from './operator.ts';
import { textOperators } from './texts.ts';

/** Every expression operator that the store vouches for. */
export const expressionOperators: Record<string, Make> = {
  ...logicOperators,
  ...arithmeticOperators,
  ...arrayOperators,
  ...objectOperators,
  ...dateOperators,
  ...textOperators,
};
