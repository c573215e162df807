import { isIPv6 } from 'node:net';

/**
 * The network that a limit counts by: an IPv4 address as it is, and of IPv6 the first 64 bits, as a customer's
 * line has all the rest. Ports and zones that proxies add are left out.
 */
export function networkOf(address: string): string {
  const bare = address.trim().replace(/^\[|\](:\d+)?$|%.*$/g, '');
  if (!isIPv6(bare)) return bare.replace(/^([\d.]+):\d+$/, '$1');
  const written = new URL(`http://[${bare}]`).hostname.slice(1, -1); // in its one short form
  const [first = [], last = []] = written.split('::').map((part) => part.split(':').filter(Boolean));
  const all = [...first, ...Array(8 - first.length - last.length).fill('0'), ...last];
  const [high, low] = all.slice(6).map((group) => Number.parseInt(group, 16)) as [number, number];
  if (all.slice(0, 6).join(':') === '0:0:0:0:0:ffff')
    return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  return all.slice(0, 4).join(':');
}
