import { readFile } from 'node:fs/promises';
import type { Customer } from './customers/customer.ts';
import { type Account, openWebchat, provenInquiry } from './customers/webchatCustomer.ts';
import { countedLoop, type Met } from './load.ts';
import { type Figures, measure } from './measure.ts';
import type { Subject } from './subjects.ts';

/** Whole inquiries that each account's customer makes, in a new conversation each time. */
const inquiries = 8;
const sample = new URL('../../district/sample-accounts.json', import.meta.url);

/**
 * Whole inquiries with proof by PIN. Tries are limited by account, so there is one customer at a time for each
 * sample account; conversations are opened before the clock runs.
 */
export async function provenRound(subject: Subject): Promise<Figures> {
  const { accounts } = JSON.parse(await readFile(sample, 'utf8')) as { accounts: Account[] };
  const chats: Customer[][] = [];
  for (const account of accounts) {
    const own: Customer[] = [];
    while (own.length < inquiries) own.push(await openWebchat(subject.url, provenInquiry(account)));
    chats.push(own);
  }
  const linesEach = provenInquiry(accounts[0] as Account).length;
  const load = async (): Promise<Met> => {
    const began = performance.now();
    const met = await Promise.all(
      chats.map(async (own) => {
        const latencies: number[] = [];
        for (const chat of own) latencies.push(...(await countedLoop([chat], linesEach)).latencies);
        return latencies;
      }),
    );
    return { latencies: met.flat(), seconds: (performance.now() - began) / 1000 };
  };
  const figures = await measure(subject, load);
  for (const chat of chats.flat()) chat.close();
  return figures;
}
