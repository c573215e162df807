/** What a browser is told about every answer of the site. */
export const commonHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'strict-origin-when-cross-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
};

/** The hash of nothing: a part of WebChat makes an empty style element without the nonce and fills it by CSSOM. */
const emptyStyle = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

/**
 * What a page may load: its own files and nothing from elsewhere. WebChat makes style elements while it runs,
 * so those need a nonce, new for each page; pictures are also data and blob, as customers see what they send.
 */
export function pagePolicy(
  nonce: string,
  publicUrl: string,
  frameAncestors: string[],
  chatOrigin?: string,
): string {
  const socket = new URL(publicUrl).origin.replace(/^http/, 'ws'); // for browsers whose 'self' is without sockets
  const elsewhere = chatOrigin ? ` ${chatOrigin} ${chatOrigin.replace(/^http/, 'ws')}` : '';
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}' ${emptyStyle}`,
    "img-src 'self' data: blob:",
    `connect-src 'self' blob: ${socket}${elsewhere}`, // WebChat reads the files it is about to send from blob addresses
    "media-src 'self' blob:",
    'worker-src blob:',
    "font-src 'self' data:",
    "frame-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    `frame-ancestors ${frameAncestors.length > 0 ? frameAncestors.join(' ') : "'none'"}`,
  ].join('; ');
}
