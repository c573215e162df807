/** Every task that a customer can be helped with by the bot: one line each. */
export { billInquiry } from './billInquiry/billInquiry.ts';
export { stopService } from './stopService/stopService.ts';
