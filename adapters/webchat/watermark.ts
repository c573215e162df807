import { HttpError } from '../http.ts';

/** A watermark is the `shown` number last seen. Empty means from the start, absent is the caller's to decide. */
export function asWatermark(value: string | null): number | undefined {
  if (value === null) return undefined;
  if (value === '' || value === 'null' || value === 'undefined') return 0;
  if (!/^\d{1,15}$/.test(value)) throw new HttpError(400, 'BadArgument', 'The watermark cannot be read.');
  return Number(value);
}
