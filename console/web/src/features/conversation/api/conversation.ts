import { call } from '../../../call.ts';
import type { Entry, Reading } from '../../../types.ts';

type Answer = { conversationId: string; version: number; entry: Entry | null };
const at = (id: string, verb = '') => `conversations/${encodeURIComponent(id)}${verb}`;

export const read = (id: string, after: number, limit: number) =>
  call<Reading>('GET', `${at(id)}?after=${after}&limit=${limit}`);
export const claim = (id: string) => call<Answer>('POST', at(id, '/claim'), {});
type Words = { text: string; requestId: string };
export const say = (id: string, words: Words, afterSeq: number) =>
  call<Answer>('POST', at(id, '/messages'), { ...words, afterSeq });
export const note = (id: string, words: Words) => call<Answer>('POST', at(id, '/notes'), words);
export const seen = (id: string) => call<Answer>('POST', at(id, '/seen'), {}).catch(() => {});
export const typing = (id: string) => call<Answer>('POST', at(id, '/typing'), {}).catch(() => {});
export const giveBack = (id: string) => call<Answer>('POST', at(id, '/return'), {});
export const resolve = (id: string, disposition: string) =>
  call<Answer>('POST', at(id, '/resolve'), { disposition });
export const transfer = (id: string, to: { csr?: string; skill?: string }, words: string) =>
  call<Answer>('POST', at(id, '/transfer'), { ...to, note: words });

export type Colleague = {
  email: string;
  name: string;
  presence: string;
  skills: string[];
  languages: string[];
};
export const colleagues = () => call<{ items: Colleague[] }>('GET', 'colleagues');
