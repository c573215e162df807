import { createHmac, timingSafeEqual } from 'node:crypto';

/** Both ways: `v1=` and the hexadecimal HMAC-SHA-256 of timestamp, full stop, body; the timestamp in seconds. */
export const signatureHeader = 'x-headgate-signature';
export const timestampHeader = 'x-headgate-timestamp';
/** What is older, or from so far ahead, was not signed now; in seconds of machine time. */
const toleranceSeconds = 300;

export function sign(secret: string, timestamp: string, body: string | Buffer): string {
  return `v1=${createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex')}`;
}

/** Whether a body was signed with the secret within the last minutes. */
export function isSigned(
  secret: string,
  headers: Record<string, string | string[] | undefined>,
  body: Buffer,
  now: Date,
): boolean {
  const [signature, timestamp] = [headers[signatureHeader], headers[timestampHeader]];
  if (typeof signature !== 'string' || typeof timestamp !== 'string' || !/^\d{1,12}$/.test(timestamp))
    return false;
  const given = Buffer.from(signature);
  const wanted = Buffer.from(sign(secret, timestamp, body));
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return false;
  return Math.abs(now.getTime() / 1000 - Number(timestamp)) <= toleranceSeconds;
}
