import { type Document, isDocument, type Value } from '../bson/values.ts';
import { CommandError, failedToParse, notImplemented } from '../errors.ts';
import { used } from '../recorder.ts';
import { type UpdateContext, updateOperators } from './operators.ts';
import { type Change, changedAt } from './paths.ts';

type Step = { path: string; parts: string[]; change: Change; creates: boolean; onlyInsert: boolean };

/** Compiles an update of operators into what it makes of a document. */
export function compileModifiers(update: Document, context: UpdateContext): (document: Document) => Document {
  const steps: Step[] = [];
  for (const [name, fields] of Object.entries(update)) {
    const operator = updateOperators[name];
    if (operator === undefined) {
      if (!name.startsWith('$'))
        throw failedToParse(`Unknown modifier: ${name}. Expected an update operator`);
      throw notImplemented(`the update operator ${name}`);
    }
    used('update', name);
    if (!isDocument(fields))
      throw failedToParse(`Modifiers operate on fields but we found another type for ${name}`);
    for (const [path, operand] of Object.entries(fields)) {
      const parts = pathParts(path);
      steps.push({
        path,
        parts,
        change: operator.make(operand, path, context),
        creates: operator.creates && (name !== '$setOnInsert' || context.isInsert),
        onlyInsert: name === '$setOnInsert',
      });
    }
  }
  // MongoDB takes the fields in the order of their names, whichever operator they stand under.
  steps.sort((a, b) => comparePaths(a.parts, b.parts));
  refuseConflicts(steps);
  return (document) => {
    let result: Value = document;
    for (const { parts, change, creates } of steps) result = changedAt(result, parts, change, creates);
    return result as Document;
  };
}

function pathParts(path: string): string[] {
  const parts = path.split('.');
  for (const part of parts) {
    if (part === '') throw new CommandError(56, `The update path '${path}' contains an empty field name`);
    if (part === '__proto__') throw notImplemented(`an update of '${path}'`);
    if (part.startsWith('$')) throw notImplemented(`the positional path '${path}'`);
  }
  return parts;
}

const numeric = /^[0-9]+$/;
function comparePaths(a: string[], b: string[]): number {
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const [x, y] = [a[at] as string, b[at] as string];
    if (x === y) continue;
    if (numeric.test(x) && numeric.test(y)) return Number(x) - Number(y);
    return x < y ? -1 : 1;
  }
  return a.length - b.length;
}

export function refuseConflicts(steps: Pick<Step, 'path' | 'parts'>[]) {
  const paths = new Set<string>();
  for (const { path } of steps) {
    if (paths.has(path)) throw conflict(path);
    paths.add(path);
  }
  for (const { path, parts } of steps) {
    for (let length = 1; length < parts.length; length++) {
      if (paths.has(parts.slice(0, length).join('.'))) throw conflict(path);
    }
  }
}

const conflict = (path: string) =>
  new CommandError(40, `Updating the path '${path}' would create a conflict at '${path}'`);
