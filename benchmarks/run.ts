import { benchmarkMemory } from './memory.ts';
import { measureSizes } from './sizes.ts';
import { benchmarkStages } from './stages.ts';

console.log('Memory against the size of the log object');
console.table(await benchmarkMemory());
console.log('Stages of the Processor, one core');
console.table(await benchmarkStages());
console.log('What a record becomes, over the real records of the corpus');
console.table(await measureSizes());
