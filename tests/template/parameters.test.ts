import { template } from './deployed-template.ts';

const { ParameterGroups: groups, ParameterLabels: labels } =
  template.Metadata['AWS::CloudFormation::Interface'];
const names = Object.keys(template.Parameters);

describe('the parameters, as a person meets them', () => {
  it('stand in one group each, and are asked for in the order of the groups', () => {
    const grouped = groups.flatMap(({ Parameters }) => Parameters);

    expect(grouped).toEqual(names);
    expect(new Set(grouped).size).toBe(names.length);
  });

  it('have a label each, and every group has one', () => {
    expect(Object.keys(labels)).toEqual(names);
    for (const { default: label } of [...Object.values(labels), ...groups.map(({ Label }) => Label)]) {
      expect(label.length).toBeGreaterThan(4);
    }
  });

  it.each(names)('%s says what it is for, and what it takes', (name) => {
    const {
      Description = '',
      Type,
      AllowedValues,
      AllowedPattern,
      ConstraintDescription,
      ...bounds
    } = template.Parameters[name] ?? { Type: '' };

    // What CloudFormation takes: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
    expect(Description.length).toBeGreaterThan(40);
    expect(Description.length).toBeLessThanOrEqual(4000);
    if (AllowedValues === undefined && Type === 'Number') {
      expect(bounds).toMatchObject({ MinValue: expect.any(Number), MaxValue: expect.any(Number) });
    } else if (AllowedValues === undefined) {
      expect(AllowedPattern).toMatch(/^\^.*\$$/);
      expect(ConstraintDescription).toMatch(/^must be /);
    }
  });

  it('take their own defaults', () => {
    const strange = Object.entries(template.Parameters).filter(
      ([
        ,
        { Default, AllowedValues, AllowedPattern, MinValue = Number(Default), MaxValue = Number(Default) },
      ]) =>
        Default !== undefined &&
        !(
          (AllowedValues?.includes(Default) ?? true) &&
          new RegExp(AllowedPattern ?? '').test(String(Default)) &&
          (typeof Default === 'string' || (Default >= MinValue && Default <= MaxValue))
        ),
    );

    expect(strange).toEqual([]);
  });
});
