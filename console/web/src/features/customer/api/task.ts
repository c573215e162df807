import { call } from '../../../call.ts';

const at = (id: string) => `conversations/${encodeURIComponent(id)}/task`;
export const patchTask = (id: string, fields: Record<string, unknown>) =>
  call<unknown>('PATCH', at(id), { fields });
export const completeTask = (id: string, requestId: string) =>
  call<unknown>('POST', `${at(id)}/complete`, { requestId });
