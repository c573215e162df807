import { accumulatorNames } from './aggregate/group.ts';
import { aggregateStages } from './aggregate/stages.ts';
import { commands } from './commands/registry.ts';
import { expressionOperators } from './expression/operators.ts';
import { leafOperators } from './query/operators.ts';
import { updateOperators } from './update/operators.ts';
import { documentStages } from './update/pipeline.ts';

/** Everything that the store answers; whatever is not here is refused with 238. */
export const supported: Record<string, string[]> = {
  command: Object.keys(commands),
  query: [
    ...Object.keys(leafOperators),
    '$and',
    '$or',
    '$nor',
    '$not',
    '$elemMatch',
    '$all',
    '$expr',
    '$comment',
  ],
  update: Object.keys(updateOperators),
  'update stage': Object.keys(documentStages),
  expression: Object.keys(expressionOperators),
  stage: [...Object.keys(aggregateStages), ...Object.keys(documentStages), '$changeStream'],
  accumulator: accumulatorNames,
};
