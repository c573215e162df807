import { appendFileSync } from 'node:fs';

const seen = new Set<string>();
let file: string | null = null;

/** Starts recording the names of what is used, one a line, so that a test can say what the product needs. */
export function recordTo(path: string | null) {
  file = path;
}

/** Notes that a command, a field of one, an operator or a stage is used. */
export function used(kind: string, name: string) {
  if (file === null) return;
  const line = `${kind} ${name}`;
  if (seen.has(line)) return;
  seen.add(line);
  appendFileSync(file, `${line}\n`);
}
