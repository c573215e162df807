import type { DatabaseSync } from 'node:sqlite';
import { sqliteCode, sqliteFull } from './database.ts';

/** SQLite's own look over the file: quick reads every page, full checks the indexes against the tables too. */
export function problemsOf(sqlite: DatabaseSync, depth: 'quick' | 'full'): string[] {
  const pragma = depth === 'quick' ? 'PRAGMA quick_check(20)' : 'PRAGMA integrity_check(100)';
  const rows = sqlite.prepare(pragma).all() as Record<string, string>[];
  return rows.map((row) => String(Object.values(row)[0])).filter((line) => line !== 'ok');
}

const read = 'SELECT value FROM state WHERE name = ?';
const write = 'INSERT OR REPLACE INTO state (name, value) VALUES (?, ?)';

/** Notes that the file is open; says whether it was left without being closed. A full disk can still be read. */
export function openedUncleanly(sqlite: DatabaseSync): boolean {
  if (sqlite.prepare(read).get('open')?.value === 1) return true;
  try {
    sqlite.prepare(write).run('open', 1);
  } catch (error) {
    if (sqliteCode(error) !== sqliteFull) throw error;
  }
  return false;
}

export function closedCleanly(sqlite: DatabaseSync) {
  sqlite.prepare(write).run('open', 0);
}
