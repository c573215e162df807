import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where a store is reached, as it publishes it in its directory. */
export type Address = { pid: number; socket?: string; port?: number };

export const storeDirectory = (dataDir: string) => resolve(dataDir, 'store');
export const addressFile = (directory: string) => join(directory, 'address.json');

const longestSocketPath = 100; // the system's limit is 104 or 108 bytes

/** The one socket of a data directory, so that a driver finds a restarted store where the old one was. */
export function socketPath(directory: string): string {
  const path = join(directory, 'store.sock');
  if (Buffer.byteLength(path) <= longestSocketPath) return path;
  const name = createHash('sha256').update(directory).digest('hex').slice(0, 16);
  return join(tmpdir(), `headgate-${name}.sock`);
}

/** The published address, or null where there is none or it is not whole. */
export function readAddress(directory: string): Address | null {
  try {
    return JSON.parse(readFileSync(addressFile(directory), 'utf8')) as Address;
  } catch {
    return null;
  }
}

/** The connection string for MongoDB's driver. */
export function addressUri({ socket, port }: Address, database: string): string {
  const host = socket === undefined ? `127.0.0.1:${port}` : encodeURIComponent(socket);
  return `mongodb://${host}/${database}?directConnection=true`;
}
