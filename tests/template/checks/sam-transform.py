"""Prints template.yaml as CloudFormation sees it: what AWS's own transform makes of it, as JSON.

Run by check-template.ts with the Python of .ci/requirements.txt. Calls nothing: the transform would ask IAM for the
ARNs of managed policies, and the template names none.
"""

import json
import sys

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse


class NoManagedPolicies:
    """In place of the loader that asks IAM."""

    def load(self):
        return {}


with open(sys.argv[1], encoding="utf-8") as file:
    template = yaml_parse(file.read())
# `sam package` uploads the code and the nested template, and puts their addresses here.
template["Globals"]["Function"]["CodeUri"] = "s3://bucket-of-sam-package/code.zip"
for resource in template["Resources"].values():
    if resource["Type"] == "AWS::CloudFormation::Stack":
        resource["Properties"]["TemplateURL"] = "https://bucket-of-sam-package.s3.amazonaws.com/nested.template"
json.dump(transform(template, {}, NoManagedPolicies()), sys.stdout)
