const en = {
  incidents: {
    title: 'What is the matter',
    allGood: 'All good',
    allGoodSince: 'All good since',
    neverOne: 'Nothing was the matter in the last 90 days.',
    notKnown: 'Whether all is good is not known now: a store does not answer.',
    runbook: 'Runbook',
    severities: { page: 'Alarm', ticket: 'To do', notice: 'Notice' } as Record<string, string>,
    who: 'Who',
    what: 'What',
    since: 'Since',
    until: 'Until',
    people: 'People',
    todo: 'What to do',
    everybody: 'the whole installation',
    more: 'more',
    acknowledge: 'I take care of it',
    acknowledgedBy: 'Taken care of by',
    open: 'Open',
    past: 'Over',
    none: 'None.',
  },
};

const zh_CN: typeof en = {
  incidents: {
    title: '当前故障',
    allGood: '一切正常',
    allGoodSince: '一切正常，自',
    neverOne: '最近 90 天没有故障。',
    notKnown: '目前不知道是否一切正常：存储没有响应。',
    runbook: '处理手册',
    severities: { page: '告警', ticket: '待办', notice: '提示' },
    who: '对象',
    what: '故障',
    since: '开始',
    until: '结束',
    people: '人数',
    todo: '处理办法',
    everybody: '整个服务',
    more: '个其他',
    acknowledge: '由我处理',
    acknowledgedBy: '处理人',
    open: '未结束',
    past: '已结束',
    none: '没有。',
  },
};

/** Incidents, on the overview and on their own page. */
export const incidentWords = { en, zh_CN };
