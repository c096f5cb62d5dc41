// Chinese as Taiwan and Hong Kong write it, by the character: stems are kept in the simplified script.

const traditional =
  '個為買僅會傳體餘關內準凍則創刪務動壓參發號後員啟國圖夠頭實審將嘗盡帳幀應開異棄歸當態戶護報擁換擠據數斷無時暫機權檔沒潰滿靈點現確碼積稱簽級線結絡絕統續維網聯臉節範規視觸認議許訪證詞試話詢該誤請調負敗賬購費資載較輸達過還這進違連適選鑑鐘鑰錢鏈錯長閉問閒間隊陸頻題額風飽驗黃單補輪術產記錄設備項熱鬧顯層處義'
const simplified =
  '个为买仅会传体余关内准冻则创删务动压参发号后员启国图够头实审将尝尽帐帧应开异弃归当态户护报拥换挤据数断无时暂机权档没溃满灵点现确码积称签级线结络绝统续维网联脸节范规视触认议许访证词试话询该误请调负败账购费资载较输达过还这进违连适选鉴钟钥钱链错长闭问闲间队陆频题额风饱验黄单补轮术产记录设备项热闹显层处义'

const pairs = new Map([...traditional].map((char, n) => [char, [...simplified][n] ?? char]))

export function toSimplified(text: string): string {
  return text.replace(/[\u4e00-\u9fff]/g, (char) => pairs.get(char) ?? char)
}
