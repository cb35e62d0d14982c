#!/bin/sh
# Plans, and gathers what a plan has to say in findings.txt: changes, warnings
# and failed checks. Warnings and failed checks leave the exit code of a plan
# unchanged, so nobody would see them otherwise. Needs jq. TERRAFORM=tofu works too.
set -eu
terraform=${TERRAFORM:-terraform}

code=0
"$terraform" plan -input=false -lock-timeout=10m -detailed-exitcode -out=tfplan -json >plan.jsonl || code=$?

# What the provider and Terraform say: errors and warnings.
jq -r 'select(.type == "diagnostic") | .diagnostic | "\(.severity): \(.summary)\n\(.detail)\n"' plan.jsonl >findings.txt

# 0 is an empty plan, 2 one with changes; anything else is a failure.
case $code in
0) ;;
2) "$terraform" show -no-color tfplan >>findings.txt ;;
*)
  cat findings.txt
  exit "$code"
  ;;
esac

# Checks that don't hold, or could not be evaluated.
"$terraform" show -json tfplan >tfplan.json
jq -r '.checks[]? | select(.address.kind == "check" and .status != "pass")
  | "\(.address.to_display): \(.status): \([.instances[]?.problems[]?.message] | join(" "))"' tfplan.json >>findings.txt

cat findings.txt
