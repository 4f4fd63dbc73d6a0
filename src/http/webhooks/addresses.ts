/**
 * Which addresses of the internet a webhook may be sent to: global unicast alone. What is private, local, shared,
 * reserved, multicast or for documentation is refused, and so is what hides an IPv4 address in an IPv6 one
 * (mapped, NAT64, 6to4, Teredo), whichever address that is, and where clouds tell machines who they are.
 * Ranges are those of the IANA special-purpose registries.
 */
import { BlockList, isIP } from 'node:net';

const REFUSED_4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  // Multicast, and all that is reserved up to broadcast.
  ['224.0.0.0', 3],
  // Azure answers machines about themselves here, in the middle of a public range.
  ['168.63.129.16', 32],
];

/** Of IPv6 only 2000::/3 is global unicast; within it these are not. */
const GLOBAL_6 = ['2000::', 3] as const;
const REFUSED_6: readonly (readonly [string, number])[] = [
  // Protocol assignments, with Teredo, benchmarking and ORCHID.
  ['2001::', 23],
  ['2001:db8::', 32],
  // 6to4: an IPv4 address in the next 32 bits.
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
];

const refused = new BlockList();
for (const [net, bits] of REFUSED_4) refused.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of REFUSED_6) refused.addSubnet(net, bits, 'ipv6');
const global = new BlockList();
global.addSubnet(...GLOBAL_6, 'ipv6');

/** Whether an address, as the system writes it, is a public one. False for what is no address at all. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !refused.check(address, 'ipv4');
  // A zone (fe80::1%eth0) belongs to one machine.
  if (family !== 6 || address.includes('%')) return false;
  return global.check(address, 'ipv6') && !refused.check(address, 'ipv6');
}
