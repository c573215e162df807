import { amount, isEqual } from '../bson/compare.ts';
import { isNumber } from '../bson/numbers.ts';
import { type Document, isDocument, typeOf, type Value } from '../bson/values.ts';
import { CommandError, notImplemented } from '../errors.ts';
import { type Bound, compileFilter, type Predicate } from '../query/filter.ts';
import { isOperators } from '../query/operators.ts';
import { isIndex } from '../query/paths.ts';
import { used } from '../recorder.ts';

export type IndexField = { path: string; parts: string[]; descending: boolean };

/** An index as it was asked for and as it is used. */
export type IndexSpec = {
  name: string;
  key: Document;
  fields: IndexField[];
  unique: boolean;
  sparse: boolean;
  expireAfterSeconds: number | null;
  partial: { matches: Predicate; bounds: Bound[] } | null;
  /** What listIndexes answers. */
  source: Document;
};

const known = [
  'v',
  'key',
  'name',
  'unique',
  'sparse',
  'expireAfterSeconds',
  'partialFilterExpression',
  'background',
  'ns',
];
const partialOperators = ['$eq', '$in', '$exists', '$gt', '$gte', '$lt', '$lte', '$type'];

const isOn = (value: Value) =>
  value === true || (value !== undefined && value !== false && isEqual(value, 1));

/** Reads one index of createIndexes; an option that the store does not know is refused. */
export function parseIndex(source: Document): IndexSpec {
  for (const option of Object.keys(source)) {
    if (!known.includes(option)) throw notImplemented(`the index option ${option}`);
    used('index', option);
  }
  const { key, name } = source;
  if (!isDocument(key) || Object.keys(key).length === 0) throw new CommandError(67, 'an index needs a key');
  if (typeof name !== 'string' || name === '') throw new CommandError(9, 'an index needs a name');
  const fields = Object.entries(key).map(([path, direction]) => field(path, direction));
  const expire = source.expireAfterSeconds;
  if (expire !== undefined && fields.length > 1)
    throw new CommandError(67, 'TTL indexes are single-field indexes');
  if (expire !== undefined && !isExpiry(expire))
    throw new CommandError(67, 'expireAfterSeconds must be a number within a non-negative numeric range');
  const { background: _background, ns: _ns, ...kept } = source;
  return {
    name,
    key,
    fields,
    unique: isOn(source.unique),
    sparse: isOn(source.sparse),
    expireAfterSeconds: expire === undefined ? null : Number(amount(expire)),
    partial: source.partialFilterExpression === undefined ? null : partial(source.partialFilterExpression),
    source: { v: 2, ...kept },
  };
}

const isExpiry = (value: Value) =>
  isNumber(value) && Number(amount(value)) >= 0 && Number(amount(value)) <= 2_147_483_647;

function field(path: string, direction: Value): IndexField {
  if (typeof direction === 'string') throw notImplemented(`${direction} indexes`);
  const sign = Math.sign(Number(direction));
  if (sign !== 1 && sign !== -1) throw new CommandError(67, `bad index key pattern: ${path}`);
  const parts = path.split('.');
  if (parts.some((part) => part === '' || part.startsWith('$'))) {
    throw new CommandError(67, `the index path ${path} is not valid`);
  }
  if (parts.some(isIndex)) throw notImplemented('array positions in index keys');
  return { path, parts, descending: sign === -1 };
}

function partial(filter: Value) {
  if (!isDocument(filter)) throw new CommandError(67, 'partialFilterExpression must be an object');
  const compiled = compileFilter(filter, { now: new Date(0) });
  checkPartial(filter);
  return compiled;
}

/** Only what is a bound, so that the planner knows when a query is covered. */
function checkPartial(filter: Document) {
  for (const [name, value] of Object.entries(filter)) {
    if (name === '$and') (value as Document[]).forEach(checkPartial);
    else if (name.startsWith('$')) throw unsupported(name);
    else if (!isOperators(value)) checkCondition('$eq', value);
    else for (const [op, operand] of Object.entries(value)) checkCondition(op, operand);
  }
}

function checkCondition(op: string, operand: Value) {
  const values = op === '$in' ? (operand as Value[]) : [operand];
  const fits = partialOperators.includes(op) && (op !== '$exists' || isOn(operand));
  if (!fits || values.some((value) => typeOf(value) === 'regex')) throw unsupported(op);
}

const unsupported = (what: string) =>
  new CommandError(67, `unsupported expression in partial index: ${what}`);
