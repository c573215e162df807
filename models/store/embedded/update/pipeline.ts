import { type Document, isDocument, type Value } from '../bson/values.ts';
import { CommandError, notImplemented } from '../errors.ts';
import { compileExpression, type Expression, type Scope } from '../expression/compile.ts';
import { fieldOf } from '../query/paths.ts';
import { compileProjection } from '../query/projection.ts';
import { used } from '../recorder.ts';
import { refuseConflicts } from './modifiers.ts';
import { changedAt } from './paths.ts';

/** One stage that makes a document of a document. */
export type Stage = (document: Document, now: Date, vars: Document) => Document;

/** Compiles the stages of an update; they are the ones of $set, $unset, $project and $replaceWith. */
export function compilePipeline(
  stages: Value[],
  now: Date,
  vars: Document = {},
): (document: Document) => Document {
  const compiled = stages.map((stage) => {
    if (!isDocument(stage) || Object.keys(stage).length !== 1) {
      throw new CommandError(40323, 'A pipeline stage specification object must contain exactly one field.');
    }
    const name = Object.keys(stage)[0] as string;
    const make = documentStages[name];
    if (make === undefined) throw notImplemented(`the stage ${name} in an update`);
    used('update stage', name);
    return make(stage[name]);
  });
  return (document) => compiled.reduce((result, stage) => stage(result, now, vars), document);
}

/** The stages that look at one document only; aggregate uses them too. */
export const documentStages: Record<string, (operand: Value) => Stage> = {
  $set: setFields,
  $addFields: setFields,
  $unset: unsetFields,
  $project(operand) {
    const project = compileProjection(operand);
    if (project === null)
      throw new CommandError(
        51272,
        'Invalid $project: projection specification must have at least one field',
      );
    return (document, now) => project(document, now);
  },
  $replaceRoot: (operand) => replaceWith(isDocument(operand) ? operand.newRoot : undefined),
  $replaceWith: replaceWith,
};

type Assignment = { parts: string[]; expression: Expression };

function setFields(operand: Value): Stage {
  if (!isDocument(operand)) throw new CommandError(40272, '$set specification stage must be an object');
  const assignments = flatten(operand, []);
  refuseConflicts(assignments.map(({ parts }) => ({ parts, path: parts.join('.') })));
  return (document, now, vars) => {
    const scope: Scope = { root: document, now, vars };
    let result = document;
    for (const { parts, expression } of assignments) result = assigned(result, parts, expression(scope));
    return result;
  };
}

/** `{ a: { b: 1 } }` sets a.b and leaves the rest of `a`, as a dotted path does. */
function flatten(operand: Document, prefix: string[]): Assignment[] {
  return Object.entries(operand).flatMap(([name, value]): Assignment[] => {
    if (name === '' || name.startsWith('$'))
      throw new CommandError(16410, `FieldPath field names may not start with '$': ${name}`);
    const parts = [...prefix, ...name.split('.')];
    if (!isDocument(value) || Object.keys(value)[0]?.startsWith('$'))
      return [{ parts, expression: compileExpression(value) }];
    if (Object.keys(value).length === 0) {
      throw new CommandError(
        40180,
        `an empty object is not a valid value. Found empty object at path ${parts.join('.')}`,
      );
    }
    return flatten(value, parts);
  });
}

function assigned(container: Document, parts: string[], value: Value, from = 0): Document {
  const name = parts[from] as string;
  const old = fieldOf(container, name);
  let next: Value = value;
  if (from < parts.length - 1) {
    const inner = (one: Value): Value => {
      if (Array.isArray(one)) return one.map(inner);
      return assigned(isDocument(one) ? one : {}, parts, value, from + 1);
    };
    next = inner(old);
  }
  if (next === old) return container;
  const copy = { ...container };
  if (next === undefined) delete copy[name];
  else copy[name] = next;
  return copy;
}

function unsetFields(operand: Value): Stage {
  const paths = Array.isArray(operand) ? operand : [operand];
  if (paths.length === 0 || paths.some((path) => typeof path !== 'string' || path === '')) {
    throw new CommandError(31002, '$unset specification must be a string or an array of strings');
  }
  const list = (paths as string[]).map((path) => path.split('.'));
  return (document) => list.reduce((result, parts) => without(result, parts) as Document, document);
}

/** Unlike the operator, the stage looks into arrays and takes no number for a position. */
function without(value: Value, parts: string[], from = 0): Value {
  if (Array.isArray(value)) return value.map((element) => without(element, parts, from));
  if (!isDocument(value)) return value;
  if (from === parts.length - 1) return changedAt(value, [parts[from] as string], () => undefined, false);
  const inner = fieldOf(value, parts[from] as string);
  if (inner === undefined) return value;
  return changedAt(value, [parts[from] as string], () => without(inner, parts, from + 1), false);
}

function replaceWith(operand: Value): Stage {
  const expression = compileExpression(operand);
  return (document, now, vars) => {
    const value = expression({ root: document, now, vars });
    if (!isDocument(value)) throw new CommandError(40228, "'newRoot' expression must evaluate to an object");
    return value;
  };
}
