"""Another secret question, or another answer to it. No hashing while rows are locked.

Wrong answers that were counted were answers to the old one.
"""

from activation import access, sign_in_attempts
from activation.failure_subjects import FailureSubject
from activation.journal import Kind, note
from activation.models import Account
from activation.parts import Parts
from activation.secret_question import KNOWN_ELSEWHERE, answer_problem, known_of, normal_answer
from activation.security_notices import Change, tell
from activation.security_settings import owner


async def change(parts: Parts, seen: Account, question: str, typed: str, label: str) -> str | None:
    """Do it; why not, in French, or None. The same answer to the same question changes nothing."""
    known = known_of(seen.given_name, seen.family_name, seen.birth_date, seen.email)
    problem = answer_problem(typed, known)
    if problem is not None:
        return problem
    if await parts.passwords.verify(seen.password_hash, typed):
        return KNOWN_ELSEWHERE
    answer = normal_answer(typed)
    if question == seen.secret_question and await parts.secret_answers.verify(seen.secret_answer_hash, answer):
        return None
    new_hash = await parts.secret_answers.hash(answer)
    async with parts.database.unit_of_work() as work:
        account = await owner.locked(work, seen.id)
        # changed by the same form, sent at the same moment: once is enough
        if account is not None and account.secret_answer_hash == seen.secret_answer_hash:
            account.secret_question, account.secret_answer_hash = question, new_hash
            await access.end_links(work, account.id)
            await sign_in_attempts.drop(work, FailureSubject.SECRET_ANSWER.of(account.id))
            note(work, Kind.SECRET_QUESTION_CHANGED, account, label=label)
            await tell(work, account, Change.SECRET_QUESTION_CHANGED, parts.notifier)
    return None
