import type { IncomingMessage } from 'node:http';
import { isIP, isIPv6 } from 'node:net';

/**
 * The address a request comes from; of IPv6 the network (/64), since one host has all of it.
 * @param proxies how many reverse proxies stand before this server, each adding to X-Forwarded-For whom it heard.
 */
export function addressOf({ socket, headers }: IncomingMessage, proxies: number): string {
  const told = String(headers['x-forwarded-for'] ?? '').split(',');
  // What stands further to the left was written by the sender itself.
  const forwarded = proxies === 0 ? '' : (told.at(-proxies) ?? '').trim();
  return networkOf(isIP(forwarded) === 0 ? (socket.remoteAddress ?? 'unknown') : forwarded);
}

function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  return isIPv6(address) ? `${groupsOf(address).slice(0, 4).join(':')}::/64` : address;
}

/** All eight, the zeros that `::` stands for included. */
function groupsOf(address: string): string[] {
  const [before = '', after] = address.toLowerCase().split('::');
  const groups = before === '' ? [] : before.split(':');
  if (after === undefined) return groups;
  const last = after === '' ? [] : after.split(':');
  return [...groups, ...Array<string>(8 - groups.length - last.length).fill('0'), ...last];
}
