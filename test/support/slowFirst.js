import Sequencer from '@jest/test-sequencer';

/** Browsers and kills mostly wait: begun first, they wait while others work, and none of them is left for the end. */
const slow = /\.browser\.test|[kK]ills\.test|races\.test|verification\.test|store\/sort\.test/;

export default class SlowFirst extends Sequencer {
  sort(tests) {
    const isLater = ({ path }) => (slow.test(path) ? 0 : 1);
    return [...super.sort(tests)].sort((a, b) => isLater(a) - isLater(b));
  }
}
