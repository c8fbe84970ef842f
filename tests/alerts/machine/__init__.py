"""The alert machine as Hypothesis drives it: the real services, the real engine, a held clock.

Only the wire is invented. Every step is a transaction of its own, as a request or a job is;
between claiming, sending and settling anything else may happen, and the sender may be killed.
`house` is where it stands, `promises` what always holds, `ending` how each example ends, and
`deeds` what people, the clock and the sender do.
"""
