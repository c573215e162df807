import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

type Change = (text: string) => string;

/** A District folder of one's own: a copy of the sample's, its files changed as a utility would. */
export async function ownDistrict(changes: Record<string, Change> = {}): Promise<string> {
  const dir = await mkdtemp(path.join(tmpdir(), 'headgate-district-'));
  await cp('district', dir, { recursive: true });
  for (const [name, change] of Object.entries(changes)) {
    const file = path.join(dir, name);
    await writeFile(file, change(await readFile(file, 'utf8')));
  }
  return dir;
}

/** Puts words in place of others that must be there. */
export const putting =
  (...pairs: [from: string, to: string][]): Change =>
  (text) =>
    pairs.reduce((so, [from, to]) => {
      if (!so.includes(from)) throw new Error(`not there: ${from}`);
      return so.replaceAll(from, to);
    }, text);
