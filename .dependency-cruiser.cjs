const only = (name, comment, from, to) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: to },
});

/** The direction of docs/ARCHITECTURE.md, section "The parts", as rules that fail the build. */
module.exports = {
  forbidden: [
    only(
      'nothing-imports-bot',
      'bot/ puts everything together; nothing below may know it',
      '^(dialogs|adapters|language|services|models|console|site)/',
      '^bot/',
    ),
    only(
      'services-know-models',
      'services sit on models and on nothing above',
      '^services/',
      '^(dialogs|adapters|language|console|site)/',
    ),
    only(
      'models-know-nothing',
      'models are shapes and indexes',
      '^models/',
      '^(dialogs|adapters|language|services|console|site)/',
    ),
    only(
      'language-stands-alone',
      'language understands text; it looks nothing up',
      '^language/',
      '^(dialogs|adapters|services|models|console|site)/',
    ),
    only(
      'dialogs-have-no-channels',
      'a dialog works the same on every channel',
      '^dialogs/',
      '^(adapters|console|site)/',
    ),
    {
      name: 'dialogs-ask-services',
      comment: 'a dialog knows the shape of a task and asks a service for everything else',
      severity: 'error',
      from: { path: '^dialogs/' },
      to: { path: '^models/', dependencyTypesNot: ['type-only'] },
    },
    only(
      'channels-only-carry',
      'a channel translates; it decides nothing',
      '^adapters/',
      '^(dialogs|language|console|site)/',
    ),
    only(
      'desk-asks-services',
      'the console calls the same verbs as the dialogs',
      '^console/api/',
      '^(dialogs|adapters|language|site)/',
    ),
    only(
      'no-botbuilder-in-the-core',
      'the SDK is out of support; these borders let the product leave it',
      '^(services|models|language|console)/',
      'node_modules/(botbuilder|botframework)',
    ),
    only(
      'mongoose-in-models',
      'only models speak to the store',
      '^(bot|dialogs|adapters|language|services|console|site)/',
      'node_modules/(mongoose|mongodb|mingo|bson)/',
    ),
    {
      name: 'dialogs-apart',
      comment: 'a dialog that leads to another says { next }; the root routes it',
      severity: 'error',
      from: { path: '^dialogs/([^/]+)/', pathNot: '^dialogs/form/' },
      to: { path: '^dialogs/([^/]+)/', pathNot: ['^dialogs/$1/', '^dialogs/form/'] },
    },
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^console/web/(dist|src)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.cjs', '.json'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
