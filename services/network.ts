import { isIP } from 'node:net';
import type { Secrets } from './secrets.ts';

/**
 * The network that an address belongs to, as a keyed hash: the first 24 bits of IPv4, the first 64 of IPv6, which
 * are one customer's or one office's. The address itself is kept nowhere. Null for what is no address.
 */
export function networkKey(address: string, { mac }: Pick<Secrets, 'mac'>): string | null {
  const plain = plainOf(address);
  const kind = isIP(plain);
  if (kind === 0) return null;
  return mac(`network ${kind === 4 ? plain.split('.').slice(0, 3).join('.') : firstHalf(plain)}`);
}

/** The same of the address itself: of IPv6 a customer's line has all of the first 64 bits. */
export function addressKey(address: string, { mac }: Pick<Secrets, 'mac'>): string | null {
  const plain = plainOf(address);
  const kind = isIP(plain);
  return kind === 0 ? null : mac(`address ${kind === 4 ? plain : firstHalf(plain)}`);
}

const plainOf = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');

/** The first four groups of an IPv6 address, written one way only. */
function firstHalf(address: string): string {
  const [left = '', right] = address.toLowerCase().split('::');
  const groups = left === '' ? [] : left.split(':');
  const after = right === undefined || right === '' ? [] : right.split(':');
  const zeros =
    right === undefined ? [] : Array<string>(Math.max(0, 8 - groups.length - after.length)).fill('0');
  const all = [...groups, ...zeros, ...after].slice(0, 4);
  return all.map((group) => group.replace(/^0+(?=.)/, '')).join(':');
}
