import { call } from '../../../call.ts';
import type { Csr, Session } from '../../../types.ts';

export const signIn = (email: string, password: string) =>
  call<Session>('POST', 'session', { email, password });
export const signOut = () => call<void>('DELETE', 'session', {});
export const setPresence = (status: Csr['presence']) => call<{ csr: Csr }>('PUT', 'presence', { status });
