import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a request is signed over; whoever changes one of these breaks the signature. */
export type Signed = { at: number; method: string; path: string; requestId: string; body: string };

/** `t=<seconds>,v1=<hex>`: HMAC-SHA-256 over the parts, one to a line, under RECORDS_SECRET. */
export function signatureOf(secret: string, { at, method, path, requestId, body }: Signed): string {
  const text = [at, method, path, requestId, body].join('\n');
  return `t=${at},v1=${createHmac('sha256', secret).update(text, 'utf8').digest('hex')}`;
}

/** Whether a signature is right and at most so many seconds old; for the other side, and for its fake. */
export function isSigned(
  secret: string,
  header: string,
  parts: Omit<Signed, 'at'>,
  { now, tolerance }: { now: number; tolerance: number },
): boolean {
  const at = Number(/^t=(\d{1,12}),/.exec(header)?.[1] ?? Number.NaN);
  if (!(Math.abs(now - at) <= tolerance)) return false;
  const wanted = Buffer.from(signatureOf(secret, { at, ...parts }));
  const given = Buffer.from(header);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
