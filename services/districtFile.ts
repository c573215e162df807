import { readFile, stat } from 'node:fs/promises';
import { type Document, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';

/** A file of a District's folder as it was read, or every reason why it could not be. */
export type Read<Value> = { ok: true; value: Value } | { ok: false; problems: string[] };

/** What a YAML file says, and on which line it says it. */
export type Yaml = { value: unknown; where(path: readonly PropertyKey[]): string };

/** The sample's largest file has 30 kB: what is larger than this is another file, put there by mistake. */
const mostBytes = 1_000_000;
/** After so many mistakes of form the rest are mostly echoes of the first. */
const mostSyntaxErrors = 5;

const refusals: Record<string, string> = {
  ENOENT: 'is missing',
  ENOTDIR: 'is missing',
  EISDIR: 'is a folder; a file is needed',
  EACCES: 'may not be read by this user',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'is not saved as UTF-8; save it as UTF-8 in your editor',
};

/** The text of a file that a person wrote. */
export async function readDistrictFile(file: string): Promise<Read<string>> {
  const refuse = (problem: string): Read<string> => ({ ok: false, problems: [`${file}: ${problem}`] });
  try {
    const { size } = await stat(file);
    if (size > mostBytes) return refuse('is larger than 1 MB, which is no file of a District');
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
    return text.includes('\0') ? refuse('is not a text file') : { ok: true, value: text };
  } catch (error) {
    return refuse(refusals[(error as NodeJS.ErrnoException).code ?? ''] ?? 'cannot be read');
  }
}

/** What stands in a YAML text; `file` is what the problems name. */
export function readYaml(text: string, file: string): Read<Yaml> {
  const lines = new LineCounter();
  const at = (place: number) => `${file}:${lines.linePos(place).line}`;
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
    if (document.errors.length > 0)
      return {
        ok: false,
        problems: [
          ...new Set(
            document.errors.map(({ code, pos, message }) => `${at(pos[0])}: ${hints[code] ?? message}`),
          ),
        ].slice(0, mostSyntaxErrors),
      };
    const value: unknown = document.toJS();
    if (value === null || value === undefined) return { ok: false, problems: [`${file}: has nothing in it`] };
    return { ok: true, value: { value, where: (path) => at(placeOf(document, path)) } };
  } catch {
    // Nested without end, or one word that stands for thousands.
    return { ok: false, problems: [`${file}: cannot be read as YAML`] };
  }
}

/** What a YAML parser calls a mistake, for somebody who writes no programs. */
const hints: Record<string, string> = {
  BAD_INDENT:
    'begins too far to the left or to the right; it must stand below its neighbours, or a bracket is not closed',
  TAB_AS_INDENT: 'has a tab at its beginning; use spaces',
  DUPLICATE_KEY: 'this key is there twice',
  MISSING_CHAR: 'a quote, bracket or colon is missing',
  UNEXPECTED_TOKEN: 'something here is not expected; put text with : # { } [ ] or quotes in it in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'has a second colon; put the text in quotes',
  MULTILINE_IMPLICIT_KEY: 'a colon or a bracket is missing, here or on the line before',
  RESOURCE_EXHAUSTION: 'is nested too deep',
  BAD_ALIAS: 'begins with * or &; put the text in quotes',
  BAD_SCALAR_START: 'begins with a sign that needs quotes around the text',
};

/** Where the last part of a path that is there begins. */
function placeOf(document: Document.Parsed, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let place = document.contents?.range[0] ?? 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (!pair || !isScalar(pair.key)) break;
      place = pair.key.range?.[0] ?? place;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      place = (node as { range?: [number] } | undefined)?.range?.[0] ?? place;
    } else break;
  }
  return place;
}
