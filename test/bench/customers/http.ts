import { Agent, request } from 'node:http';

/** Connections stay open, as many as there are conversations, for every server alike. */
export const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** Posts JSON and reads the JSON that comes back; anything but 2xx is an error. */
export function post<Body>(url: string, body: object, headers: Record<string, string> = {}): Promise<Body> {
  const bytes = Buffer.from(JSON.stringify(body));
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: 'POST',
        agent,
        headers: { 'Content-Type': 'application/json', 'Content-Length': bytes.length, ...headers },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const status = response.statusCode ?? 0;
          if (status >= 200 && status < 300) resolve(JSON.parse(text || '{}') as Body);
          else reject(new Error(`${status} from ${url}: ${text.slice(0, 300)}`));
        });
      },
    );
    sent.on('error', reject);
    sent.end(bytes);
  });
}
