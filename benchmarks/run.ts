import { benchmarkMemory } from './memory.ts';
import { benchmarkStages } from './stages.ts';

console.log('Memory against the size of the log object');
console.table(await benchmarkMemory());
console.log('Stages of the Processor, one core');
console.table(await benchmarkStages());
